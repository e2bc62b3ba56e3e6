import type { DirectoryCheck } from '../bucket/directory-check.ts'
import type { BucketRef, IndexRef } from '../catalog/catalog.ts'
import type { RolledRun } from '../catalog/manifest.ts'
import { ArchiveError } from '../core/errors.ts'
import { FrameDigests } from '../index/frame-digests.ts'
import { FrameTerms } from '../index/frame-terms.ts'
import { SummaryBuilder } from '../index/summary-builder.ts'
import { termFrom } from '../index/term-hash.ts'
import type { TermSet } from '../index/term-set.ts'
import { knownBits } from '../index/walk-index.ts'
import type { Finding } from './finding.ts'
import { findingOf, type Inspection } from './inspection.ts'
import { verifyBucket } from './verify-bucket.ts'
import { verifyRecord } from './verify-record.ts'
import { openStoredSummary, summaryFindings } from './verify-summary.ts'

/** What an index tells of a run's frames, which follow so many of others. */
export interface IndexedRun {
  readonly run: RolledRun
  readonly index: IndexRef
  /** `undefined`: the index cannot be read. */
  readonly told: FrameDigests | undefined
  readonly framesBefore: number
}

/**
 * Reads every byte of a run: its buckets, and whether index and summary tell the same as their
 * events.
 */
export async function verifyRun(inspection: Inspection, indexed: IndexedRun): Promise<Finding[]> {
  const { run } = indexed
  const findings: Finding[] = await verifyRecord(inspection, run)
  const stored = await present(findings, run.summary.key, 'repair', () =>
    openStoredSummary(inspection, run.summary),
  )
  if (stored && 'kind' in stored) findings.push(stored)
  const summary = stored && !('kind' in stored) ? stored : undefined
  const builder = new SummaryBuilder(summary?.summary.stripeFrames)
  const data = new RunFrames(indexed, builder)
  let before: DirectoryCheck | undefined
  for (const bucket of run.buckets) {
    findings.push(...outside(run, bucket))
    const verified = await present(findings, bucket.key, 'none', () =>
      verifyBucket(inspection, bucket, (_, raw) => data.add(raw), before),
    )
    if (!verified?.directory) data.skip(bucket.frameCount)
    findings.push(...(verified?.findings ?? []))
    before = verified?.check
  }
  findings.push(...data.indexFindings())
  if (summary && data.isWhole) findings.push(...summaryFindings(summary, run.summary, builder))
  return findings
}

/** What the work makes, or the finding that an object is gone. */
async function present<T>(
  findings: Finding[],
  key: string,
  remedy: Finding['remedy'],
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ArchiveError) || error.code !== 'missing') throw error
    findings.push(findingOf(error, key, remedy))
    return undefined
  }
}

function outside(run: RolledRun, { key, firstMicros, lastMicros }: BucketRef): Finding[] {
  if (firstMicros >= run.startMicros && lastMicros < run.endMicros) return []
  const reason = `has events from ${firstMicros} to ${lastMicros}, outside of the period of its run`
  return [{ kind: 'contradiction', object: key, reason, remedy: 'none' }]
}

/** Sums up the frames of a run as they are read. */
class RunFrames {
  readonly #indexed: IndexedRun
  readonly #summary: SummaryBuilder
  readonly #terms = new FrameTerms()
  readonly #wrong: number[] = []
  #frames = 0
  isWhole = true

  constructor(indexed: IndexedRun, summary: SummaryBuilder) {
    this.#indexed = indexed
    this.#summary = summary
  }

  /** The next frame; `undefined`: it cannot be read. */
  add(raw: Buffer | undefined): void {
    if (raw) this.#read(raw)
    else this.skip(1)
  }

  #read(raw: Buffer): void {
    const { told, framesBefore } = this.#indexed
    const frame = framesBefore + this.#frames++
    try {
      const terms = this.#terms.read(raw, this.#summary.table)
      this.#summary.addFrame(this.#terms.fields)
      if (told && !told.agree(this.#digestOf(terms, frame), frame)) this.#wrong.push(frame)
    } catch (error) {
      if (!(error instanceof ArchiveError) || error.code !== 'corrupt') throw error
      // No lines: the bucket's own check names it.
      this.isWhole = false
    }
  }

  skip(frameCount: number): void {
    this.#frames += frameCount
    this.isWhole = false
  }

  #digestOf(terms: TermSet, frame: number): FrameDigests {
    const digests = new FrameDigests(frame, frame + 1)
    const shape = this.#indexed.index.terms
    const isCounted = shape.detail === 'whole'
    terms.forEach((high, low, eventCount) => {
      digests.add(knownBits(termFrom(high, low), shape), frame, isCounted ? eventCount : 0)
    })
    return digests
  }

  indexFindings(): Finding[] {
    const { index, run } = this.#indexed
    if (this.#wrong.length === 0) return []
    const first = this.#wrong[0]!
    const reason =
      `tells other terms than ${this.#wrong.length} frames of run ${run.id} have, ` +
      `the first of them frame ${first}`
    return [{ kind: 'index', object: index.key, reason, remedy: 'repair' }]
  }
}
