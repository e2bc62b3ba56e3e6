import { seededRandom } from '../lib/core/random.ts'
import {
  connectionBytesPerMilli,
  hedgeMillis,
  listMillisMedian,
  networkBytesPerMilli,
  type Quantiles,
  s3Get,
  s3Put,
  unchangedMillisMedian,
} from './latency-model.ts'
import type { RecordedRequest, RequestKind } from './recording-store.ts'

const replaysMax = 10_000
const seed = 20260302

/** Milliseconds that half and 99 of 100 askings need at most. */
interface Latency {
  readonly p50: number
  readonly p99: number
}

/** What a request of this kind takes before its bytes come. */
interface Delay {
  readonly quantiles: Quantiles
  readonly addedMillis: number
  /** Writes are not hedged: the second one would have to find out what became of the first. */
  readonly isHedged: boolean
}

const getMillisMedian = 27.9
const read = { quantiles: s3Get, isHedged: true }
const delays: Readonly<Record<RequestKind, Delay>> = {
  get: { ...read, addedMillis: 0 },
  unchanged: { ...read, addedMillis: unchangedMillisMedian - getMillisMedian },
  list: { ...read, addedMillis: listMillisMedian - getMillisMedian },
  put: { quantiles: s3Put, addedMillis: 0, isHedged: false },
  delete: { quantiles: s3Put, addedMillis: 0, isHedged: false },
}

/**
 * How long a question would take on S3, when its requests are made again 10,000 times with delays
 * drawn from what S3 is known for: a wave lasts as long as its slowest request, and no less than
 * the network needs for its bytes. The same requests always give the same answer.
 */
export function modelledLatency(requests: readonly RecordedRequest[]): Latency {
  const { next } = seededRandom(seed)
  const waves = [...Map.groupBy(requests, request => request.wave).values()]
  const wholes = Float64Array.from({ length: replaysMax }, () =>
    waves.reduce((sum, wave) => sum + waveMillis(wave, next), 0),
  ).sort()
  return { p50: wholes[replaysMax * 0.5]!, p99: wholes[replaysMax * 0.99]! }
}

function waveMillis(wave: readonly RecordedRequest[], next: () => number): number {
  let slowest = 0
  let sizeBytes = 0
  for (const request of wave) {
    slowest = Math.max(slowest, requestMillis(request, next))
    sizeBytes += request.bytes
  }
  return Math.max(slowest, sizeBytes / networkBytesPerMilli)
}

function requestMillis({ kind, bytes }: RecordedRequest, next: () => number): number {
  const { quantiles, addedMillis, isHedged } = delays[kind]
  const first = millisAt(quantiles, next()) + addedMillis
  const patience = hedgeMillis + addedMillis
  const isLate = isHedged && first > patience
  const answered = isLate
    ? Math.min(first, patience + millisAt(quantiles, next()) + addedMillis)
    : first
  return answered + bytes / connectionBytesPerMilli
}

/** Between two published quantiles on a straight line. */
export function millisAt(quantiles: Quantiles, share: number): number {
  const above = Math.max(
    1,
    quantiles.findIndex(([upper]) => upper >= share),
  )
  const [lowShare, low] = quantiles[above - 1]!
  const [highShare, high] = quantiles[above]!
  return low + ((high - low) * (share - lowShare)) / (highShare - lowShare)
}
