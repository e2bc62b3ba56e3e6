import type { IndexRef, SummaryRef } from '../catalog/catalog.ts'
import { FrameTerms } from '../index/frame-terms.ts'
import { joinSections } from '../index/index-object.ts'
import { SummaryBuilder } from '../index/summary-builder.ts'
import { TermIndexBuilder } from '../index/term-index-builder.ts'
import { indexKey, ownerOfIndex, summaryKey } from '../store/keys.ts'
import { hourMicros, type Period } from './periods.ts'

/** An object of an index, and what the catalog says of it. */
interface Indexed<Ref> {
  readonly ref: Ref
  readonly bytes: Buffer
}

export interface RunIndexes {
  readonly index: Indexed<IndexRef>
  readonly summary: Indexed<SummaryRef>
}

/**
 * Makes term index and field summary of one run from its frames: the same frames always give the
 * same bytes.
 */
export class RunIndexer {
  readonly #index: TermIndexBuilder
  readonly #summary = new SummaryBuilder()
  readonly #terms: FrameTerms
  #frameCount = 0

  /** Runs that are made at one time may share `terms`. */
  constructor(period: Period, terms = new FrameTerms()) {
    this.#index = new TermIndexBuilder({ isFinal: !isRolledUp(period) })
    this.#terms = terms
  }

  /** What it holds, in pairs of a term and a frame. */
  get pairCount(): number {
    return this.#index.pairCount
  }

  /** `raw` is whole lines. Frames come in order, every one of them. */
  addFrame(raw: Buffer): void {
    this.#index.addFrame(this.#frameCount++, this.#terms.read(raw, this.#summary.table))
    this.#summary.addFrame(this.#terms.fields)
  }

  /** `jobId` and `number` make the names of the objects, which stand in them. */
  finish(jobId: string, number: number): RunIndexes {
    return { index: this.#finishIndex(jobId, number), summary: this.#finishSummary(jobId, number) }
  }

  #finishIndex(jobId: string, number: number): Indexed<IndexRef> {
    const key = indexKey(jobId, number)
    const owner = ownerOfIndex(key)
    const { bytes: section, shape } = this.#index.finish(owner, this.#summary.table.paths)
    const bytes = joinSections([section], { terms: shape }, owner)
    return { ref: { key, sizeBytes: bytes.length, terms: shape }, bytes }
  }

  #finishSummary(jobId: string, number: number): Indexed<SummaryRef> {
    const key = summaryKey(jobId, number)
    const { bytes, headBytes } = this.#summary.finish(ownerOfIndex(key))
    return { ref: { key, sizeBytes: bytes.length, headBytes }, bytes }
  }
}

/** Periods below a month: their indexes are merged into wider ones. */
function isRolledUp({ startMicros, endMicros }: Period): boolean {
  return endMicros - startMicros <= 24 * hourMicros
}
