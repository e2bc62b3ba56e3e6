import { shiftSettings } from '../../lambdas/shift.ts'
import { type Archive, openArchive } from '../../lib/archive.ts'
import type { Clock } from '../../lib/core/clock.ts'
import { brigadeWake } from '../../lib/infra/brigade-wake.ts'
import type { Receipt } from '../../lib/read/question.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import { apiAccess } from '../corpora/api-access.ts'
import type { Figure } from '../figure.ts'
import { batchesOf } from '../filled-archive.ts'
import { countsOf, RecordingStore } from '../recording-store.ts'

type Requests = Receipt['requests']

/** What a life cost in requests: batches appended, calls of the brigade, raw bytes. */
export interface CountedLife {
  readonly batches: number
  readonly calls: number
  readonly rawBytes: number
  readonly requests: Requests
}

const minuteMicros = 60e6
/** A minute of 1 TB a day of one of 16 writers. */
const floodBatchBytes = (1e12 / 86400 / 16) * 60
const floodBatches = 16
const none: Requests = { get: 0, list: 0, put: 0, delete: 0 }

/**
 * D1: requests that `varve cost` reckons with. A trickle, one small batch a minute, tells what a
 * call of the brigade takes; a flood, what a raw GB takes besides.
 */
export async function measureCost(floodBytes: number): Promise<Figure[]> {
  const trickle = await countTrickle(360)
  const flood = await countFlood(floodBytes)
  const aCall = mapRequests(kind => trickle.requests[kind] / trickle.calls)
  aCall.put--
  const aGigabyte = mapRequests(kind => {
    const ofBatches = { ...none, put: flood.batches, get: flood.batches - flood.calls }
    const besides = flood.requests[kind] - ofBatches[kind] - flood.calls * aCall[kind]
    return besides / (flood.rawBytes / 1e9)
  })
  return [figureOf('a call of the brigade', aCall), figureOf('a raw GB besides', aGigabyte)]
}

/** One batch of some lines a minute, and the brigade after each. */
export async function countTrickle(minutes: number): Promise<CountedLife> {
  const lines = Array.from({ length: 60 }, (_, i) => `{"@stream":"app","path":"/v1/${i % 7}"}`)
  const bytes = Buffer.from(lines.join('\n'))
  return countLife(
    Array.from({ length: minutes }, () => ({ lines: bytes })),
    1,
  )
}

/** Large batches of 16 writers, and the brigade each minute. */
export async function countFlood(
  sizeBytes: number,
  batchBytes = floodBatchBytes,
): Promise<CountedLife> {
  const options = { seed: 3, sizeBytes, eventsPerSecond: 30_000 }
  return countLife(batchesOf(apiAccess.blocks(options), batchBytes), floodBatches)
}

async function countLife(
  batches: Iterable<{ readonly lines: Buffer }>,
  batchesACall: number,
): Promise<CountedLife> {
  const clock = handClock()
  const store = new RecordingStore(new MemoryStore(clock), { holds: false })
  const settings = { groupCommitMillis: 0, ...shiftSettings(brigadeWake.memoryMebibytes) }
  const archive = await openArchive({ store, clock, settings })
  const life = { batches: 0, calls: 0, rawBytes: 0 }
  const call = async (brigade: Archive) => {
    clock.pass(minuteMicros)
    // As the queue calls it; what the schedule does besides costs once a day.
    await brigade.brigadeOnce(undefined, { tidies: false })
    life.calls++
  }
  for (const { lines } of batches) {
    await archive.append({ lines })
    life.batches++
    life.rawBytes += lines.length
    if (life.batches % batchesACall === 0) await call(archive)
  }
  if (life.batches % batchesACall > 0) await call(archive)
  await archive.close()
  return { ...life, requests: countsOf(store.take()) }
}

function handClock(): Clock & { pass(micros: number): void } {
  let micros = Date.UTC(2026, 0, 1) * 1000
  const pass = (more: number) => {
    micros += more
  }
  return { nowMicros: () => micros, sleep: async millis => pass(millis * 1000), pass }
}

function mapRequests(of: (kind: keyof Requests) => number): {
  -readonly [Kind in keyof Requests]: number
} {
  return { get: of('get'), list: of('list'), put: of('put'), delete: of('delete') }
}

function figureOf(what: string, requests: Requests): Figure {
  const { put, ...others } = requests
  const peers = Object.fromEntries(
    Object.entries(others).map(([kind, count]) => [kind, count.toFixed(1)]),
  )
  return { id: 'D1', figure: `requests of ${what}: PUTs`, value: put, unit: 'count', peers }
}
