import { seededRandom } from '../lib/core/random.ts'
import {
  hedgeMillis,
  type LatencyModel,
  millisAt,
  publishedModel,
  type Quantiles,
} from './latency-model.ts'
import type { RecordedRequest } from './recording-store.ts'

const replaysMax = 10_000
const seed = 20260302

/** Milliseconds that half and 99 of 100 askings need at most. */
interface Latency {
  readonly p50: number
  readonly p99: number
}

let model = publishedModel
let patienceMillis = patienceOf(model)

/** From now on questions are replayed over what was measured elsewhere (`npm run probe`). */
export function replayOver(measured: LatencyModel): void {
  model = measured
  patienceMillis = patienceOf(measured)
}

type Patience = Readonly<Record<'get' | 'unchanged' | 'list', number>>

/** How late each kind may be until it is sent again. */
function patienceOf({ get, unchanged, list }: LatencyModel): Patience {
  const of = (quantiles: Quantiles) => hedgeMillis + millisAt(quantiles, 0.5) - millisAt(get, 0.5)
  return { get: of(get), unchanged: of(unchanged), list: of(list) }
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
  return Math.max(slowest, sizeBytes / model.networkBytesPerMilli)
}

function requestMillis({ kind, bytes }: RecordedRequest, next: () => number): number {
  const quantiles = model[kind === 'delete' ? 'put' : kind]
  const first = millisAt(quantiles, next())
  // Writes are not hedged: the second one would have to find out what became of the first.
  const patience = kind === 'put' || kind === 'delete' ? Infinity : patienceMillis[kind]
  const answered =
    first > patience ? Math.min(first, patience + millisAt(quantiles, next())) : first
  return answered + bytes / model.connectionBytesPerMilli
}
