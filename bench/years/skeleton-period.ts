import type { BucketRef, ManifestRef, Rollup } from '../../lib/catalog/catalog.ts'
import { encodeManifest, type RolledRun } from '../../lib/catalog/manifest.ts'
import { sha256 } from '../../lib/catalog/part-digest.ts'
import {
  indexKey,
  indexPartKey,
  manifestKey,
  ownerOfIndex,
  summaryKey,
} from '../../lib/store/keys.ts'
import type { GetOptions, StoredObject } from '../../lib/store/store.ts'
import {
  bucketsAnHour,
  eventsAnHour,
  framesABucket,
  framesAnHour,
  rawBytesAnHour,
} from './geometry.ts'
import type { Needle } from './needles.ts'
import { hourMicros, type Period } from './periods.ts'
import { type Planted, plantedIn, TermPages } from './term-pages.ts'
import { bucketRef, bytesOfBucket, makeBucket, type ThinBucket } from './thin-bucket.ts'

/** As many whole hours as fit into a manifest. */
const hoursAManifest = 16
/** No manifest is longer; it is fetched whole. */
const manifestBytesMax = 40_000
const policy = '**'

type Found = Pick<StoredObject, 'bytes' | 'sizeBytes'>

/**
 * One roll-up: its entry in the catalog, and the bytes of every object that it names, made when
 * they are asked for.
 */
export class SkeletonPeriod {
  readonly period: Period
  readonly pages: TermPages
  readonly #jobId: string
  /** By number of the bucket. */
  readonly #needles: ReadonlyMap<number, readonly Needle[]>
  readonly #made = new Map<number, ThinBucket>()

  constructor(
    period: Period,
    number: number,
    options: {
      readonly needles: readonly Needle[]
      readonly everywhere: readonly Planted[]
      readonly pageBytes?: number | undefined
    },
  ) {
    this.period = period
    this.#jobId = String(number).padStart(24, '0')
    const needles = options.needles.filter(needle => needle.period === number)
    const firstKey = indexKey(this.#jobId, 0)
    this.pages = new TermPages({
      period,
      seed: number + 1,
      ownerOf: part => ownerOfIndex(indexPartKey(firstKey, part)),
      planted: [...plantedIn(needles), ...options.everywhere],
      ...(options.pageBytes !== undefined && { pageBytes: options.pageBytes }),
    })
    this.#needles = Map.groupBy(needles, ({ frame }) => Math.floor(frame / framesABucket))
  }

  /** The bytes of an object, or of a range of it; `undefined` where they were not made. */
  bytes(key: string, range: GetOptions['range']): Found | undefined {
    const [prefix, jobId, number = ''] = key.split('/')
    if (jobId !== this.#jobId) return undefined
    if (prefix === 'manifests') {
      const bytes = this.#makeManifest(Number(number) * hoursAManifest)
      return { bytes, sizeBytes: bytes.length }
    }
    if (!range) return undefined
    if (prefix === 'index' && 'start' in range) return this.#pageBytes(Number(number), range)
    const bucket = prefix === 'buckets' ? this.#bucket(Number.parseInt(number, 10)) : undefined
    const bytes = bucket && bytesOfBucket(bucket, range)
    return bytes && { bytes, sizeBytes: bucket.sizeBytes }
  }

  /** Only whole pages are made, one at a time. */
  #pageBytes(part: number, range: { start: number; end: number }): Found | undefined {
    const { pageBytes, pageBits, partBits } = this.pages.shape
    const page = range.start / pageBytes
    if (!Number.isInteger(page) || range.end !== range.start + pageBytes) return undefined
    const bytes = this.pages.page(part * 2 ** (pageBits - partBits) + page)
    return { bytes, sizeBytes: this.pages.sizeBytes / 2 ** partBits }
  }

  #bucket(number: number): ThinBucket | undefined {
    const needles = this.#needles.get(number)
    if (!needles) return undefined
    const made = this.#made.get(number) ?? makeBucket(this.period, this.#jobId, number, needles)
    this.#made.set(number, made)
    return made
  }

  get rollup(): Rollup {
    const { period } = this
    const { shape, sizeBytes } = this.pages
    return {
      id: `${this.#jobId}/0`,
      policy,
      domain: '',
      startMicros: period.startMicros,
      endMicros: period.endMicros,
      runCount: period.hours,
      bucketCount: period.hours * bucketsAnHour,
      sizeBytes: period.hours * bucketsAnHour * 64e6,
      rawBytes: period.hours * rawBytesAnHour,
      manifests: Array.from({ length: Math.ceil(period.hours / hoursAManifest) }, (_, i) =>
        this.#manifestRef(i),
      ),
      digest: sha256(this.#jobId),
      index: {
        key: indexKey(this.#jobId, 0),
        sizeBytes: sizeBytes / 2 ** shape.partBits,
        terms: shape,
      },
      maskSeq: 0,
    }
  }

  #makeManifest(hour: number): Buffer {
    const key = manifestKey(this.#jobId, hour / hoursAManifest)
    const end = Math.min(hour + hoursAManifest, this.period.hours)
    const runs: RolledRun[] = []
    for (let each = hour; each < end; each++) runs.push(this.#runOf(each))
    return encodeManifest(key, runs)
  }

  #runOf(hour: number): RolledRun {
    const startMicros = this.period.startMicros + hour * hourMicros
    const buckets: BucketRef[] = Array.from({ length: bucketsAnHour }, (_, i) => {
      const number = hour * bucketsAnHour + i
      return bucketRef(this.period, this.#jobId, number, this.#bucket(number))
    })
    const id = `${this.#jobId}/${hour}`
    const summary = { key: summaryKey(this.#jobId, hour), sizeBytes: 2 ** 20, headBytes: 4096 }
    const period = { startMicros, endMicros: startMicros + hourMicros }
    return { id, ...period, buckets, digest: sha256(id), summary, maskSeq: 0 }
  }

  #manifestRef(number: number): ManifestRef {
    const hours = Math.min(hoursAManifest, this.period.hours - number * hoursAManifest)
    const firstMicros = this.period.startMicros + number * hoursAManifest * hourMicros
    const { firstStream, lastStream } = bucketRef(this.period, this.#jobId, 0, undefined)
    return {
      key: manifestKey(this.#jobId, number),
      sizeBytes: manifestBytesMax,
      frameCount: hours * framesAnHour,
      eventCount: hours * eventsAnHour,
      idCount: 0,
      isDistinct: true,
      firstMicros,
      lastMicros: firstMicros + hours * hourMicros - 1,
      firstStream,
      lastStream,
    }
  }
}
