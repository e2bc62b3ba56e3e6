import { openBucket } from '../../lib/bucket/reader.ts'
import { decodeManifest } from '../../lib/catalog/manifest.ts'
import { readDescription } from '../../lib/index/index-object.ts'
import type { TermShape } from '../../lib/index/term-shape.ts'
import { jobCoreSecondsAGigabyte } from '../../lib/operate/cost/measured.ts'
import {
  bucketPrefix,
  indexPrefix,
  isRecordKey,
  jobOfOutput,
  manifestPrefix,
  ownerOfBucket,
  ownerOfIndex,
} from '../../lib/store/keys.ts'

/**
 * What the CPU of a member has to do before it can put an object, by what was measured of full-size
 * jobs: so much for the raw bytes of a bucket, indexes included; for a part of a roll-up's index,
 * its share of all raw bytes the roll-up tells of. `scale` times as many as are here.
 */
export class WorkModel {
  readonly #scale: number
  /** Raw bytes by the job that rolls them up. */
  readonly #rolledBytes = new Map<string, number>()
  /** Keys of manifests that were counted. */
  readonly #counted = new Set<string>()

  constructor(scale: number) {
    this.#scale = scale
  }

  cpuMillisOf(key: string, bytes: Uint8Array): number {
    const object = Buffer.from(bytes)
    if (key.startsWith(bucketPrefix) && !isRecordKey(key)) {
      const { rawBytes } = openBucket(object, ownerOfBucket(key))
      return this.#millisOf(rawBytes, jobCoreSecondsAGigabyte.bucket)
    }
    if (key.startsWith(manifestPrefix)) this.#countManifest(key, object)
    else if (key.startsWith(indexPrefix)) {
      const rolledBytes = this.#rolledBytes.get(jobOfOutput(key)) ?? 0
      if (rolledBytes === 0) return 0
      const { terms } = readDescription(object, ownerOfIndex(key)) as { terms: TermShape }
      return this.#millisOf(rolledBytes / 2 ** terms.partBits, jobCoreSecondsAGigabyte.rollup)
    }
    return 0
  }

  #countManifest(key: string, object: Buffer): void {
    if (this.#counted.has(key)) return
    this.#counted.add(key)
    const buckets = decodeManifest(object, key).flatMap(run => run.buckets)
    const rawBytes = buckets.reduce((sum, bucket) => sum + bucket.rawBytes, 0)
    const job = jobOfOutput(key)
    this.#rolledBytes.set(job, (this.#rolledBytes.get(job) ?? 0) + rawBytes)
  }

  #millisOf(rawBytes: number, coreSecondsAGigabyte: number): number {
    return ((rawBytes * this.#scale) / 1e9) * coreSecondsAGigabyte * 1000
  }
}
