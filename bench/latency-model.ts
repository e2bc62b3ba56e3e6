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

/**
 * Of a listing and of a GET that answers 304 only the medians are published. Assumed: they spread
 * as a GET does, which is moved to that median.
 */
export const listMillisMedian = 100
export const unchangedMillisMedian = 30

/** What one connection brings, and what the network of a Lambda brings in its first 300 MB. */
export const connectionBytesPerMilli = 90e3
export const networkBytesPerMilli = 1900e3

/** A GET that has not answered by then is asked once more; the first answer counts. */
export const hedgeMillis = 75
