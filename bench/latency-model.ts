/** A distribution: pairs of a share of all requests and the milliseconds that this share needs. */
export type Quantiles = readonly (readonly [share: number, millis: number])[]

/**
 * S3 as seen from Lambda: quantiles of the raw measurements published with Skyrise (arXiv
 * 2501.07771, us-east-1, April 2024, objects of 1 KB, a million samples each).
 */
export const s3Get: Quantiles = [
  [0, 11.4],
  [0.05, 15.2],
  [0.25, 18.2],
  [0.5, 27.9],
  [0.75, 41.5],
  [0.9, 58.7],
  [0.95, 73.6],
  [0.99, 104.1],
  [0.999, 175.4],
  [0.9999, 278.4],
  [1, 900],
]

export const s3Put: Quantiles = [
  [0, 18.6],
  [0.05, 24.1],
  [0.25, 28.4],
  [0.5, 42.2],
  [0.75, 58.3],
  [0.9, 79.2],
  [0.95, 93.8],
  [0.99, 127.4],
  [0.999, 210.9],
  [0.9999, 404.7],
  [1, 1610],
]

/** Of a listing and of a GET that answers 304 only the medians are published. */
export const listMillisMedian = 100
export const unchangedMillisMedian = 30

/** What one connection brings, and what the network of a Lambda brings in its first 300 MB. */
export const connectionBytesPerMilli = 90e3
const networkBytesPerMilli = 1900e3

/** What one request takes before its bytes come, and how fast they come. */
export interface LatencyModel {
  readonly get: Quantiles
  readonly put: Quantiles
  readonly list: Quantiles
  /** Of a GET that answers 304. */
  readonly unchanged: Quantiles
  /** What one connection brings, and what the network brings in all. */
  readonly connectionBytesPerMilli: number
  readonly networkBytesPerMilli: number
}

/**
 * The shape of `latency.json`: what was published, or what `npm run probe` measured. Only a probe
 * tells quantiles of listings and of answers 304; of others there is the median.
 */
export interface LatencyFile {
  readonly source: string
  readonly unitMillis: true
  readonly quantiles: {
    readonly s3Get: Quantiles
    readonly s3Put: Quantiles
    readonly s3List?: Quantiles
    readonly s3NotModified?: Quantiles
    readonly s3Range?: Quantiles
  }
  readonly listMillisMedian: number
  readonly notModifiedMillisMedian: number
  readonly connectionMegabytesPerSecond: number
  /** What the network of a Lambda brings in its first 300 MB. */
  readonly lambdaBurstMegabytesPerSecond?: number
}

/** For lack of quantiles: they spread as those of a GET do, which are moved to the median. */
export function modelOf(file: LatencyFile): LatencyModel {
  const { s3Get: get, s3Put: put, s3List, s3NotModified } = file.quantiles
  const { lambdaBurstMegabytesPerSecond: burst } = file
  return {
    ...{ get, put },
    list: s3List ?? moved(get, file.listMillisMedian),
    unchanged: s3NotModified ?? moved(get, file.notModifiedMillisMedian),
    connectionBytesPerMilli: file.connectionMegabytesPerSecond * 1000,
    networkBytesPerMilli: burst === undefined ? networkBytesPerMilli : burst * 1000,
  }
}

/** What is published. */
export const publishedModel: LatencyModel = {
  get: s3Get,
  put: s3Put,
  list: moved(s3Get, listMillisMedian),
  unchanged: moved(s3Get, unchangedMillisMedian),
  ...{ connectionBytesPerMilli, networkBytesPerMilli },
}

/** Between two known quantiles on a straight line. */
export function millisAt(quantiles: Quantiles, share: number): number {
  const above = Math.max(
    1,
    quantiles.findIndex(([upper]) => upper >= share),
  )
  const [lowShare, low] = quantiles[above - 1]!
  const [highShare, high] = quantiles[above]!
  return low + ((high - low) * (share - lowShare)) / (highShare - lowShare)
}

function moved(quantiles: Quantiles, medianMillis: number): Quantiles {
  const addedMillis = medianMillis - millisAt(quantiles, 0.5)
  return quantiles.map(([share, millis]) => [share, millis + addedMillis])
}

/** A GET that has not answered by then is asked once more; the first answer counts. */
export const hedgeMillis = 75
