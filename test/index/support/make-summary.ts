import { FrameTerms } from '../../../lib/index/frame-terms.ts'
import {
  openBlock,
  openSummary,
  type Summary,
  type SummaryBlock,
} from '../../../lib/index/summary.ts'
import { QueryBounds } from '../../../lib/index/summary-bounds.ts'
import { SummaryBuilder } from '../../../lib/index/summary-builder.ts'
import { blocksOfStripe, factsOfStripe } from '../../../lib/index/summary-facts.ts'
import type { Query } from '../../../lib/query/query.ts'
import { testOwner } from './make-index.ts'

export interface MadeSummary {
  readonly bytes: Buffer
  readonly headBytes: number
}

/** The summary of a run whose frames have these lines; two frames make a stripe. */
export function summaryOfFrames(frames: readonly (readonly string[])[]): MadeSummary {
  const builder = new SummaryBuilder(2)
  const reader = new FrameTerms()
  for (const lines of frames) {
    reader.read(Buffer.from(lines.map(line => `${line}\n`).join('')), builder.table)
    builder.addFrame(reader.fields)
  }
  return builder.finish(testOwner)
}

export interface WholeSummary {
  readonly summary: Summary
  readonly bytes: Buffer
}

export function openWhole({ bytes, headBytes }: MadeSummary): WholeSummary {
  const head = bytes.subarray(bytes.length - headBytes)
  return { summary: openSummary(head, bytes.length, testOwner), bytes }
}

/** For each frame how many events meet the query, at least and at most. */
export function boundsOfFrames({ summary, bytes }: WholeSummary, query: Query) {
  const bounds = new QueryBounds(query)
  const found: { lower: number; upper: number }[] = []
  for (let stripe = 0; stripe < summary.eventColumns.length; stripe++) {
    const blocks = new Map<SummaryBlock, Buffer>()
    for (const block of blocksOfStripe(summary, stripe, bounds.paths)) {
      blocks.set(block, openBlock(bytes.subarray(block.start, block.end)))
    }
    const facts = factsOfStripe(summary, stripe, block => blocks.get(block)!)
    const { lower, upper } = bounds.evaluate(facts)
    for (const frame of facts.frameEvents.keys()) {
      found.push({ lower: lower[frame]!, upper: upper[frame]! })
    }
  }
  return found
}
