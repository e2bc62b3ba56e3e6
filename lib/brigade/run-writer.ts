import { BucketBuilder, type BuiltBucket, encodeBucket } from '../bucket/builder.ts'
import { footerBytesOf } from '../bucket/footer.ts'
import type { LineWalker } from '../bucket/line.ts'
import type { BucketRef, Run } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { digestOfObjects, sha256 } from '../catalog/part-digest.ts'
import { encodeRecord, makeRecord } from '../catalog/record.ts'
import { assert } from '../core/assert.ts'
import { type Policy, policyOf } from '../core/policy.ts'
import { holds } from '../core/rules.ts'
import { FrameTerms } from '../index/frame-terms.ts'
import { bucketKey, ownerOfBucket, recordKey } from '../store/keys.ts'
import { labelOf } from './choose-recut.ts'
import { type Job, uploadOutput } from './job.ts'
import type { LineSink } from './merge-lines.ts'
import type { Period } from './periods.ts'
import { RunIndexer } from './run-indexer.ts'

/** Periods to sort lines into; ascending, not overlapping. */
export type PeriodsOf = (policy: Policy) => readonly Period[]

/** A run while it grows: one a policy and period. */
interface OpenRun {
  readonly policy: Policy
  readonly period: Period
  builder: BucketBuilder | undefined
  readonly buckets: BucketRef[]
  /** Of its buckets' bytes. */
  readonly digests: string[]
  readonly indexer: RunIndexer
}

/**
 * Sorts merged lines into runs, one for each policy and period, cuts them into buckets of the
 * policy's size and uploads those under the job's id. Output numbers are never used twice.
 */
export class RunWriter implements LineSink {
  readonly #place: Workplace
  readonly #job: Job
  readonly #periodsOf: PeriodsOf
  /** By policy and period: those that take lines. */
  readonly #runs = new Map<string, OpenRun>()
  readonly #closed: { readonly run: Omit<Run, 'digest'>; readonly digests: readonly string[] }[] =
    []
  readonly #terms = new FrameTerms()
  readonly #full: OpenRun[] = []
  #outputs = 0
  #held: { readonly run: OpenRun; readonly built: BuiltBucket } | undefined
  #stream = ''
  #policy: Policy | undefined
  #open: OpenRun | undefined
  /** Of runs whose lines another job has merged. */
  group: string | undefined

  constructor(place: Workplace, job: Job, periodsOf: PeriodsOf) {
    this.#place = place
    this.#job = job
    this.#periodsOf = periodsOf
  }

  add(line: LineWalker): void {
    const run = this.#runOf(line)
    run.builder ??= this.#makeBuilder(run)
    const { builder } = run
    builder.add(line.bytes, line.start, line.end, line.timeMicros, line.stream, line.hasId)
    if (builder.sizeBytes >= run.policy.bucketSizeBytes && !this.#full.includes(run)) {
      this.#full.push(run)
    }
  }

  async flush(): Promise<void> {
    for (const run of this.#full.splice(0)) {
      await this.#finishBucket(run)
      if (run.indexer.pairCount >= this.#place.settings.indexPairsMax) await this.#close(run, true)
    }
  }

  /**
   * Ends all runs: lines that follow are in runs of their own, even of the same period. All so far
   * are of this group (`Run.group`).
   */
  async endRuns(): Promise<void> {
    for (const run of this.#runs.values()) if (run.builder) await this.#finishBucket(run)
    for (const run of [...this.#runs.values()]) await this.#close(run, false)
  }

  /** Uploads what is left, the record last; the runs, as the catalog will hold them. */
  async finish(): Promise<Run[]> {
    for (const run of this.#runs.values()) if (run.builder) await this.#finishBucket(run)
    await this.#uploadHeld({ outputs: this.#outputs + 1 })
    for (const run of this.#runs.values()) await this.#close(run, false)
    const runs = this.#closed.map(({ run, digests }) => ({
      ...run,
      digest: digestOfObjects(digests),
    }))
    if (holds('record-before-commit')) {
      const record = encodeRecord(makeRecord(this.#job, runs))
      await uploadOutput(this.#place, recordKey(this.#job.id), record)
    }
    return runs
  }

  #makeBuilder(run: OpenRun): BucketBuilder {
    const { frameSizeBytes: frameBytes, parity: hasParity = false } = run.policy
    const compressionLevel = this.#place.settings.sealedCompressionLevel
    return new BucketBuilder({ frameBytes, compressionLevel, hasParity }, raw => {
      run.indexer.addFrame(raw)
    })
  }

  /** Ends a run with index and summary. A full one grows no more: its index came to its limit. */
  async #close(run: OpenRun, isFull: boolean): Promise<void> {
    const number = this.#closed.length
    const { index, summary } = run.indexer.finish(this.#job.id, number)
    await uploadOutput(this.#place, index.ref.key, index.bytes)
    await uploadOutput(this.#place, summary.ref.key, summary.bytes)
    const { policy, period, buckets } = run
    const id = `${this.#job.id}/${number}`
    const { maskSeq } = this.#job.catalog
    const group = this.group === undefined ? {} : { group: this.group }
    const label = labelOf(policy, this.#job.catalog.policies)
    const shape = { id, ...label, ...period, isFull, maskSeq, ...group }
    const refs = { index: index.ref, summary: summary.ref }
    // Its last bucket may be the one that is held: then neither list is complete yet.
    this.#closed.push({ digests: run.digests, run: { ...shape, buckets, ...refs } })
    this.#runs.delete(keyOf(policy, period))
    this.#open = undefined
  }

  #runOf(line: LineWalker): OpenRun {
    if (line.stream !== this.#stream || !this.#policy) {
      this.#stream = line.stream
      this.#policy = policyOf(line.stream, this.#job.catalog.policies)
      this.#open = undefined
    }
    const open = this.#open
    if (open && contains(open.period, line.timeMicros)) return open
    this.#open = this.#findRun(this.#policy, line.timeMicros)
    return this.#open
  }

  #findRun(policy: Policy, timeMicros: number): OpenRun {
    const period = findPeriod(this.#periodsOf(policy), timeMicros)
    const open = this.#runs.get(keyOf(policy, period))
    if (open) return open
    const run = {
      policy,
      period,
      builder: undefined,
      buckets: [],
      digests: [],
      indexer: new RunIndexer(period, this.#terms),
    }
    this.#runs.set(keyOf(policy, period), run)
    return run
  }

  /** Uploads the bucket finished before and holds this one: only the last knows their number. */
  async #finishBucket(run: OpenRun): Promise<void> {
    const built = run.builder!.finish()
    run.builder = undefined
    await this.#uploadHeld({})
    this.#held = { run, built }
  }

  async #uploadHeld(ending: { readonly outputs?: number }): Promise<void> {
    if (!this.#held) return
    const { run, built } = this.#held
    this.#held = undefined
    const position = this.#outputs++
    const key = bucketKey(this.#job.id, position)
    const bytes = encodeBucket(built, ownerOfBucket(key), {
      ...(position === 0 && { inputs: this.#job.inputs }),
      ...ending,
    })
    await uploadOutput(this.#place, key, bytes)
    run.buckets.push(bucketRef(key, bytes, built))
    run.digests.push(sha256(bytes))
  }
}

function keyOf(policy: Policy, period: Period): string {
  return `${policy.pattern} ${period.startMicros} ${period.endMicros}`
}

function bucketRef(key: string, bytes: Buffer, built: BuiltBucket): BucketRef {
  const { eventCount, idCount, rawBytes, firstMicros, lastMicros, streams } = built.directory
  return {
    key,
    sizeBytes: bytes.length,
    footerBytes: footerBytesOf(bytes),
    rawBytes,
    frameCount: built.frames.length,
    frameBytesMax: built.frames.reduce((most, frame) => Math.max(most, frame.length), 0),
    eventCount,
    idCount,
    firstMicros,
    lastMicros,
    firstStream: streams[0]?.stream ?? '',
    lastStream: streams.at(-1)?.stream ?? '',
    streamCount: streams.length,
  }
}

function findPeriod(periods: readonly Period[], timeMicros: number): Period {
  let low = 0
  let high = periods.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (periods[middle]!.endMicros <= timeMicros) low = middle + 1
    else high = middle
  }
  const found = periods[low]
  assert(found && contains(found, timeMicros), `no period was chosen for time ${timeMicros}`)
  return found
}

function contains(period: Period, timeMicros: number): boolean {
  return timeMicros >= period.startMicros && timeMicros < period.endMicros
}
