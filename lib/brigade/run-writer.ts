import { BucketBuilder, type BuiltBucket, encodeBucket } from '../bucket/builder.ts'
import type { LineWalker } from '../bucket/line.ts'
import type { BucketRef, Run, SummaryRef } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { digestOfObjects, sha256 } from '../catalog/part-digest.ts'
import { assert } from '../core/assert.ts'
import { type Policy, policyOf } from '../core/policy.ts'
import { FrameTerms } from '../index/frame-terms.ts'
import { joinSections } from '../index/index-object.ts'
import { SummaryBuilder } from '../index/summary-builder.ts'
import { TermIndexBuilder } from '../index/term-index-builder.ts'
import { bucketKey, indexKey, ownerOfBucket, ownerOfIndex, summaryKey } from '../store/keys.ts'
import { labelOf } from './choose-recut.ts'
import { type Job, uploadOutput } from './job.ts'
import type { LineSink } from './merge-lines.ts'
import { hourMicros, type Period } from './periods.ts'

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
  readonly index: TermIndexBuilder
  readonly summary: SummaryBuilder
  /** Frames finished so far, of all its buckets. */
  frameCount: number
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
      if (run.index.pairCount >= this.#place.settings.indexPairsMax) await this.#close(run, true)
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

  /** Uploads what is left; the runs, as the catalog will hold them. */
  async finish(): Promise<Run[]> {
    for (const run of this.#runs.values()) if (run.builder) await this.#finishBucket(run)
    await this.#uploadHeld({ outputs: this.#outputs + 1 })
    for (const run of this.#runs.values()) await this.#close(run, false)
    return this.#closed.map(({ run, digests }) => ({ ...run, digest: digestOfObjects(digests) }))
  }

  #makeBuilder(run: OpenRun): BucketBuilder {
    const { frameSizeBytes } = run.policy
    const compressionLevel = this.#place.settings.sealedCompressionLevel
    return new BucketBuilder({ frameBytes: frameSizeBytes, compressionLevel }, raw => {
      run.index.addFrame(run.frameCount++, this.#terms.read(raw, run.summary.table))
      run.summary.addFrame(this.#terms.fields)
    })
  }

  /** Ends a run with index and summary. A full one grows no more: its index came to its limit. */
  async #close(run: OpenRun, isFull: boolean): Promise<void> {
    const number = this.#closed.length
    const key = indexKey(this.#job.id, number)
    const owner = ownerOfIndex(key)
    const terms = run.index.finish(owner, run.summary.table.paths)
    const bytes = joinSections([terms.bytes], { terms: terms.shape }, owner)
    await uploadOutput(this.#place, key, bytes)
    const index = { key, sizeBytes: bytes.length, terms: terms.shape }
    const summary = await this.#uploadSummary(run, number)
    const { policy, period, buckets } = run
    const id = `${this.#job.id}/${number}`
    const { maskSeq } = this.#job.catalog
    const group = this.group === undefined ? {} : { group: this.group }
    const label = labelOf(policy, this.#job.catalog.policies)
    const shape = { id, ...label, ...period, isFull, maskSeq, ...group }
    // Its last bucket may be the one that is held: then neither list is complete yet.
    this.#closed.push({ digests: run.digests, run: { ...shape, buckets, index, summary } })
    this.#runs.delete(keyOf(policy, period))
    this.#open = undefined
  }

  async #uploadSummary(run: OpenRun, number: number): Promise<SummaryRef> {
    const key = summaryKey(this.#job.id, number)
    const { bytes, headBytes } = run.summary.finish(ownerOfIndex(key))
    await uploadOutput(this.#place, key, bytes)
    return { key, sizeBytes: bytes.length, headBytes }
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
      index: new TermIndexBuilder({ isFinal: !isRolledUp(period) }),
      summary: new SummaryBuilder(),
      frameCount: 0,
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
    run.buckets.push(bucketRef(key, bytes.length, built))
    run.digests.push(sha256(bytes))
  }
}

function keyOf(policy: Policy, period: Period): string {
  return `${policy.pattern} ${period.startMicros} ${period.endMicros}`
}

function bucketRef(key: string, sizeBytes: number, built: BuiltBucket): BucketRef {
  const { eventCount, idCount, rawBytes, firstMicros, lastMicros, streams } = built.directory
  const frameSizes = built.frames.map(frame => frame.length)
  const framesBytes = frameSizes.reduce((sum, sizeBytes) => sum + sizeBytes, 0)
  return {
    key,
    sizeBytes,
    footerBytes: sizeBytes - framesBytes,
    rawBytes,
    frameCount: built.frames.length,
    frameBytesMax: frameSizes.reduce((most, sizeBytes) => Math.max(most, sizeBytes), 0),
    eventCount,
    idCount,
    firstMicros,
    lastMicros,
    firstStream: streams[0]?.stream ?? '',
    lastStream: streams.at(-1)?.stream ?? '',
    streamCount: streams.length,
  }
}

/** Periods below a month: their indexes are merged into wider ones. */
function isRolledUp({ startMicros, endMicros }: Period): boolean {
  return endMicros - startMicros <= 24 * hourMicros
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
