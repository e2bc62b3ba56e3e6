import { FrameSet } from './frame-set.ts'
import type { Term } from './term-hash.ts'

/**
 * What the terms of a frame must be so that the frame may hold an event of a query. It is
 * necessary, not sufficient: a part of an `and` may be left out. `or` and `and` have two parts at
 * least.
 */
export type TermCondition =
  | { readonly kind: 'all' }
  | TermWanted
  | { readonly kind: 'and' | 'or'; readonly parts: readonly TermCondition[] }

/** A term in any field, or in one at or below a path. */
export interface TermWanted {
  readonly kind: 'term'
  readonly term: Term
  readonly text: string
  readonly field?: string
}

/** Where a term occurs: frames, or `all` when the index cannot tell. */
export type TermFrames = Iterable<number> | 'all'

/** The terms of a condition: what has to be looked up before it can be evaluated. */
export function termsOf(condition: TermCondition): TermWanted[] {
  if (condition.kind === 'all') return []
  return condition.kind === 'term' ? [condition] : condition.parts.flatMap(termsOf)
}

/** The frames that may hold an event; of a term that `lookup` knows nothing of, it says `all`. */
export function candidateFrames(
  condition: TermCondition,
  frameCount: number,
  lookup: (wanted: TermWanted) => TermFrames,
): FrameSet {
  if (condition.kind === 'all') return FrameSet.full(frameCount)
  if (condition.kind === 'term') {
    const frames = lookup(condition)
    return frames === 'all' ? FrameSet.full(frameCount) : FrameSet.of(frames, frameCount)
  }
  const sets = condition.parts.map(part => candidateFrames(part, frameCount, lookup))
  return sets.reduce((left, right) =>
    condition.kind === 'and' ? left.intersect(right) : left.unite(right),
  )
}

/** Whether a set of terms meets the condition. */
export function meetsCondition(condition: TermCondition, has: (term: Term) => boolean): boolean {
  if (condition.kind === 'all') return true
  if (condition.kind === 'term') return has(condition.term)
  return condition.kind === 'and'
    ? condition.parts.every(part => meetsCondition(part, has))
    : condition.parts.some(part => meetsCondition(part, has))
}
