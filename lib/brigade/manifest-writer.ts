import type { ManifestRef, Rollup } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { encodeManifest, type RolledRun } from '../catalog/manifest.ts'
import { digestOfObjects, sha256 } from '../catalog/part-digest.ts'
import { manifestKey } from '../store/keys.ts'
import { areDistinct } from './distinct-runs.ts'
import { type Job, uploadSame } from './job.ts'

/** What a roll-up is made of. */
type RollupContent = Pick<
  Rollup,
  'runCount' | 'bucketCount' | 'sizeBytes' | 'rawBytes' | 'manifests' | 'digest'
>

/**
 * Lists runs in manifests of bounded size, uploaded as they fill. Runs that were listed together
 * stay together if they can, so that a manifest of days holds whole days.
 */
export class ManifestWriter {
  readonly #place: Workplace
  readonly #job: Job
  readonly #manifests: ManifestRef[] = []
  readonly #digests: string[] = []
  readonly #totals = { runCount: 0, bucketCount: 0, sizeBytes: 0, rawBytes: 0 }
  #runs: RolledRun[] = []
  #bucketCount = 0
  #skippedFrames = 0

  constructor(place: Workplace, job: Job) {
    this.#place = place
    this.#job = job
  }

  async add(runs: readonly RolledRun[]): Promise<void> {
    await this.#makeRoom(runs.reduce((sum, run) => sum + run.buckets.length, 0))
    for (const run of runs) {
      await this.#makeRoom(run.buckets.length)
      this.#runs.push(run)
      this.#bucketCount += run.buckets.length
    }
  }

  /** Frames of the index that no run has lie before those of the next one. */
  async skip(frameCount: number): Promise<void> {
    await this.#upload()
    this.#skippedFrames += frameCount
  }

  async finish(): Promise<RollupContent> {
    await this.#upload()
    return {
      ...this.#totals,
      manifests: this.#manifests,
      digest: digestOfObjects(this.#digests),
    }
  }

  async #makeRoom(bucketCount: number): Promise<void> {
    const { manifestBucketsMax } = this.#place.settings
    if (this.#bucketCount + bucketCount > manifestBucketsMax) await this.#upload()
  }

  async #upload(): Promise<void> {
    const runs = this.#runs
    if (runs.length === 0) return
    const key = manifestKey(this.#job.id, this.#manifests.length)
    const bytes = encodeManifest(key, runs)
    await uploadSame(this.#place, key, bytes)
    const gap = this.#skippedFrames > 0 ? { skippedFrames: this.#skippedFrames } : {}
    this.#skippedFrames = 0
    this.#manifests.push({ ...manifestRef(key, bytes.length, runs), ...gap })
    this.#digests.push(sha256(bytes))
    this.#totals.runCount += runs.length
    for (const bucket of runs.flatMap(run => run.buckets)) {
      this.#totals.bucketCount++
      this.#totals.sizeBytes += bucket.sizeBytes
      this.#totals.rawBytes += bucket.rawBytes
    }
    this.#runs = []
    this.#bucketCount = 0
  }
}

function manifestRef(key: string, sizeBytes: number, runs: readonly RolledRun[]): ManifestRef {
  const sum = { frameCount: 0, eventCount: 0, idCount: 0 }
  let [firstMicros, lastMicros] = [Infinity, 0]
  let [firstStream, lastStream] = [runs[0]!.buckets[0]!.firstStream, '']
  for (const bucket of runs.flatMap(run => run.buckets)) {
    sum.frameCount += bucket.frameCount
    sum.eventCount += bucket.eventCount
    sum.idCount += bucket.idCount
    firstMicros = Math.min(firstMicros, bucket.firstMicros)
    lastMicros = Math.max(lastMicros, bucket.lastMicros)
    if (bucket.firstStream < firstStream) firstStream = bucket.firstStream
    if (bucket.lastStream > lastStream) lastStream = bucket.lastStream
  }
  const isDistinct = areDistinct(runs)
  const span = { firstMicros, lastMicros, firstStream, lastStream }
  return { key, sizeBytes, ...sum, isDistinct, ...span }
}
