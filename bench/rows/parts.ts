import { systemClock } from '../../lib/core/clock.ts'
import { seededRandom } from '../../lib/core/random.ts'
import { defaultSettings, settingsWith } from '../../lib/core/settings.ts'
import { type CallScan, FarFleet } from '../../lib/read/far-fleet.ts'
import { decodeOrder } from '../../lib/read/part-order.ts'
import { encodeReply } from '../../lib/read/part-reply.ts'
import { createReader } from '../../lib/read/reader.ts'
import { scanPart } from '../../lib/read/scan-part.ts'
import { requestDollars, scanDollars } from '../../lib/store/prices.ts'
import type { Figure } from '../figure.ts'
import type { FilledArchive } from '../filled-archive.ts'
import { cpuSeconds } from '../measure.ts'

/** No index knows it: every frame has to be looked through. */
const query = 'traceId:/c0ff[0-9]/'
const gigabytes = 1769 / 1024
const storedGigabytes = 100
const callsMax = defaultSettings.scanCallsMax
const rounds = 5
/** What a call takes besides its work: it travels, and its first range comes from S3. */
const callSeconds = 0.06

/**
 * P1: a count over 100 GB as they are stored, by calls of the scan function at once. Counted on a
 * smaller archive: calls, GETs, bytes, core-seconds of the calls and of who asks; the rest is a
 * model: a core a call, a call's start and first byte, nothing cold.
 */
export async function measureParts({ store }: FilledArchive): Promise<Figure[]> {
  // One call at a time: parts are as large as those of a large archive.
  const settings = settingsWith({ heavyBytesMin: 0, scanCallsMax: 1 })
  const place = { store, clock: systemClock, settings, gigabytes }
  const { signal } = new AbortController()
  const replies = new Map<string, string>()
  const ask = async (call: CallScan) => {
    const outside = { clock: systemClock, random: seededRandom(1), millisLeft: () => 300_000 }
    const farFleet = new FarFleet({ ...outside, settings, gigabytes, call })
    return createReader({ store, clock: systemClock, settings, farFleet }).count({ query })
  }
  const { receipt, count } = await ask(async order => {
    const reply = await scanPart(place, decodeOrder(JSON.parse(order)), signal)
    replies.set(order, JSON.stringify(encodeReply(reply)))
    return replies.get(order)!
  })
  const partSeconds = await leastOf(async () => {
    for (const order of replies.keys())
      await scanPart(place, decodeOrder(JSON.parse(order)), signal)
  })
  const askerSeconds = await leastOf(() => ask(async order => replies.get(order)!))
  const counted = [...replies.values()].map(text => JSON.parse(text).cost.bytesRead as number)
  const storedBytes = counted.reduce((sum, bytes) => sum + bytes, 0)
  const scale = (storedGigabytes * 1e9) / storedBytes
  const calls = Math.ceil((storedGigabytes * 1e9) / settings.scanPartBytesMax)
  const workSeconds = scale * partSeconds + calls * callSeconds
  const requests = { get: receipt.requests.get * scale, list: 1, put: 0, delete: 0 }
  const dollars =
    requestDollars(requests) + scanDollars({ calls, gigabyteSeconds: workSeconds * gigabytes })
  return [
    {
      id: 'P1',
      figure: `count over ${storedGigabytes} GB stored, by ${callsMax} calls at once (modelled)`,
      value: Math.max(workSeconds / callsMax, scale * askerSeconds),
      unit: 's',
      peers: {
        'one process s': Math.round(scale * partSeconds),
        'asker s': Math.round(scale * askerSeconds),
        calls,
        GET: Math.round(requests.get),
        $: dollars.toFixed(3),
        'counted MB': Math.round(storedBytes / 1e6),
        found: count,
      },
    },
  ]
}

async function leastOf(work: () => unknown): Promise<number> {
  let least = Infinity
  for (let i = 0; i < rounds; i++) least = Math.min(least, await cpuSeconds(work))
  return least
}
