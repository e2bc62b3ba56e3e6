import { FrameTerms } from '../../../lib/index/frame-terms.ts'
import type { TermFrames } from '../../../lib/index/term-condition.ts'
import { lowBits, type Term } from '../../../lib/index/term-hash.ts'
import { framesOf, openIndex, pageOf, type TermIndex } from '../../../lib/index/term-index.ts'
import { TermIndexBuilder } from '../../../lib/index/term-index-builder.ts'
import { TermSet } from '../../../lib/index/term-set.ts'

export const testOwner = '3D6GW1J8ZP0QK5XT2R7N9ABC/000000'

/** An index of a run whose frames have these terms. */
export function indexOfTerms(frames: readonly Iterable<Term>[], owner = testOwner): Buffer {
  const builder = new TermIndexBuilder(61_320)
  for (const [frame, terms] of frames.entries()) {
    const set = new TermSet()
    for (const term of terms) set.add(Math.floor(term / 2 ** lowBits) | 0, term % 2 ** lowBits)
    builder.addFrame(frame, set)
  }
  return builder.finish(owner)
}

/** An index of a run whose frames have one of these lines each. */
export function indexOfLines(lines: readonly string[], owner = testOwner): Buffer {
  const builder = new TermIndexBuilder(61_320)
  const frames = new FrameTerms()
  for (const [frame, line] of lines.entries()) {
    builder.addFrame(frame, frames.read(Buffer.from(`${line}\n`)))
  }
  return builder.finish(owner)
}

export function openWhole(object: Buffer, owner = testOwner): TermIndex {
  const index = openIndex(object, object.length, owner)
  if (typeof index === 'number') throw new Error(`${index} bytes wanted of ${object.length}`)
  return index
}

export function lookUp(object: Buffer, term: Term, owner = testOwner): TermFrames {
  const index = openWhole(object, owner)
  const { start, end } = pageOf(index, term)
  return framesOf(index, object.subarray(start, end), term)
}
