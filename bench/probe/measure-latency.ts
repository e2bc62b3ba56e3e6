import { ArchiveError } from '../../lib/core/errors.ts'
import type { Random } from '../../lib/core/random.ts'
import type { PutResult, Store } from '../../lib/store/store.ts'
import type { LatencyFile, Quantiles } from '../latency-model.ts'

const smallBytes = 1024
const largeBytes = 16 * 2 ** 20
const largeGets = 3
/** Requests before those that count: connections are opened. */
const warmUps = 3
const shares = [0, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 1]

export interface ProbeOptions {
  readonly random: Random
  /** A clock in milliseconds that only goes forward. */
  readonly millis: () => number
  /** Of each kind of request; more tell rarer delays, and take longer and cost more. */
  readonly samples: number
  readonly source: string
}

type Measured = Readonly<Record<'put' | 'get' | 'range' | 'unchanged' | 'list', readonly number[]>>

/**
 * Times requests of each kind, one after the other, on objects of its own under `probe/`, which it
 * deletes at the end. Throws `unavailable` when the store does not answer.
 */
export async function measureLatency(store: Store, options: ProbeOptions): Promise<LatencyFile> {
  const prefix = `probe/${Buffer.from(options.random.bytes(8)).toString('hex')}/`
  const keys: string[] = []
  try {
    const measured = await timeAll(store, prefix, keys, options)
    const largeKey = `${prefix}large`
    keys.push(largeKey)
    const bytesPerMilli = await timeLarge(store, largeKey, measured.get, options)
    return fileOf(measured, bytesPerMilli, options.source)
  } finally {
    await store.delete(keys)
  }
}

async function timeAll(
  store: Store,
  prefix: string,
  keys: string[],
  { random, millis, samples }: ProbeOptions,
): Promise<Measured> {
  const timed: Record<keyof Measured, number[]> = {
    ...{ put: [], get: [], range: [], unchanged: [], list: [] },
  }
  for (let n = -warmUps; n < samples; n++) {
    const key = `${prefix}${String(n + warmUps).padStart(6, '0')}`
    keys.push(key)
    const time = async <T>(kind: keyof Measured, request: () => Promise<T>): Promise<T> => {
      const start = millis()
      const answer = await request()
      if (n >= 0) timed[kind].push(millis() - start)
      return answer
    }
    const etag = etagOf(store, await time('put', () => store.create(key, random.bytes(smallBytes))))
    await time('get', () => store.get(key))
    await time('range', () => store.get(key, { range: { start: 100, end: 200 } }))
    await time('unchanged', () => store.getIfChanged(key, etag))
    await time('list', () => store.list(prefix))
  }
  return timed
}

/** Bytes a millisecond that one connection brings, once the first byte is there. */
async function timeLarge(
  store: Store,
  key: string,
  gets: readonly number[],
  { random, millis }: ProbeOptions,
): Promise<number> {
  etagOf(store, await store.create(key, Buffer.alloc(largeBytes, random.bytes(smallBytes))))
  const firstByteMillis = median(gets)
  const moved: number[] = []
  for (let n = 0; n < largeGets; n++) {
    const start = millis()
    await store.get(key)
    moved.push(Math.max(0.001, millis() - start - firstByteMillis))
  }
  return largeBytes / median(moved)
}

function fileOf(measured: Measured, bytesPerMilli: number, source: string): LatencyFile {
  return {
    source,
    unitMillis: true,
    quantiles: {
      s3Get: quantilesOf(measured.get),
      s3Put: quantilesOf(measured.put),
      s3List: quantilesOf(measured.list),
      s3NotModified: quantilesOf(measured.unchanged),
      s3Range: quantilesOf(measured.range),
    },
    listMillisMedian: rounded(median(measured.list)),
    notModifiedMillisMedian: rounded(median(measured.unchanged)),
    connectionMegabytesPerSecond: rounded(bytesPerMilli / 1000),
  }
}

/** The shares that so many samples can tell, and the slowest. */
export function quantilesOf(millis: readonly number[]): Quantiles {
  const sorted = millis.toSorted((a, b) => a - b)
  const known = shares.filter(share => share === 1 || sorted.length - share * sorted.length >= 1)
  return known.map(share => {
    const at = Math.min(sorted.length - 1, Math.floor(share * sorted.length))
    return [share, rounded(sorted[at]!)]
  })
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}

function etagOf(store: Store, result: PutResult): string {
  if (result.outcome === 'stored') return result.etag
  const cause = result.outcome === 'unknown' ? result.cause : result
  throw new ArchiveError('unavailable', `${store.url}: a probe was ${result.outcome}`, { cause })
}
