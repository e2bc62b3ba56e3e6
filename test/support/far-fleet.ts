import type { Clock } from '../../lib/core/clock.ts'
import { seededRandom } from '../../lib/core/random.ts'
import { type Settings, settingsWith } from '../../lib/core/settings.ts'
import { CallFault, FarFleet } from '../../lib/read/far-fleet.ts'
import { decodeOrder } from '../../lib/read/part-order.ts'
import { encodeReply } from '../../lib/read/part-reply.ts'
import { createReader, type Reader } from '../../lib/read/reader.ts'
import { scanPart } from '../../lib/read/scan-part.ts'
import type { Store } from '../../lib/store/store.ts'

/** What becomes of a call of the scan function. */
export type Fate = 'done' | 'refused' | 'failed' | 'closed' | 'garbled' | 'lost' | 'cut'

/** A far fleet in this process, and what was asked of it. */
export interface TestFleet {
  readonly fleet: FarFleet
  readonly orders: string[]
  /** Calls that run now, and the most that ever did. */
  running: number
  runningMost: number
}

/** Makes every question heavy, and parts of a few frames. */
export const heavy: Partial<Settings> = {
  heavyBytesMin: 0,
  scanPartBytesMin: 1,
  scanPartBytesMax: 300,
  mergedRangeBytesMax: 200,
  scanAttemptsMax: 3,
}

/** Time that stands still: pauses are over at once, and what waits for long waits for ever. */
const stillClock: Clock = {
  nowMicros: () => 0,
  sleep: (millis, signal) =>
    millis < 1000
      ? Promise.resolve()
      : new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
        }),
}

/** A fleet whose calls look through frames of this store, with what fate has for each. */
export function testFleet(
  store: Store,
  changes: Partial<Settings> = {},
  fateOf: (call: number, running: number) => Fate = () => 'done',
  clock = stillClock,
): TestFleet {
  const settings = settingsWith({ ...heavy, ...changes })
  const place = { store, clock, settings, gigabytes: 2 }
  const call = async (order: string, signal: AbortSignal): Promise<string> => {
    signal.throwIfAborted()
    const fate = fateOf(made.orders.push(order) - 1, made.running)
    if (fate === 'refused' || fate === 'closed') throw new CallFault(fate, `it is ${fate}`)
    if (fate === 'failed') throw new CallFault('failed', 'it broke')
    if (fate === 'garbled') return '{"version":1'
    if (fate === 'lost') return new Promise((_, reject) => whenAborted(signal, reject))
    const reply = await scanPart(place, decodeOrder(JSON.parse(order)), signal)
    const frames = fate === 'cut' ? reply.frames.slice(0, 1) : reply.frames
    return JSON.stringify(encodeReply({ ...reply, frames }))
  }
  const counted = async (order: string, signal: AbortSignal): Promise<string> => {
    made.runningMost = Math.max(made.runningMost, ++made.running)
    try {
      return await call(order, signal)
    } finally {
      made.running--
    }
  }
  const outside = { clock, random: seededRandom(1), settings, gigabytes: 2 }
  const fleet = new FarFleet({ ...outside, call: counted, millisLeft: () => 60_000 })
  const made = { fleet, orders: [] as string[], running: 0, runningMost: 0 }
  return made
}

function whenAborted(signal: AbortSignal, reject: (reason: unknown) => void): void {
  signal.addEventListener('abort', () => reject(signal.reason), { once: true })
}

/** A reader that finds every question heavy and has this fleet for it. */
export function farReaderOf(
  store: Store,
  { fleet }: Pick<TestFleet, 'fleet'>,
  changes: Partial<Settings> = {},
): Reader {
  const settings = settingsWith({ ...heavy, ...changes })
  return createReader({ store, clock: stillClock, settings, farFleet: fleet })
}
