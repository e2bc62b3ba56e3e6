import { FrameSet } from './frame-set.ts'
import type { Term } from './term-hash.ts'

/**
 * What the terms of a frame must be so that the frame may hold an event of a query. It is
 * necessary, not sufficient: a part of an `and` may be left out. `or` and `and` have two parts at
 * least.
 */
export type TermCondition =
  | { readonly kind: 'all' }
  | { readonly kind: 'term'; readonly term: Term; readonly text: string }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly TermCondition[] }

/** Where a term occurs: ascending frames, or `all` when the index cannot tell. */
export type TermFrames = Uint32Array | 'all'

/** The distinct terms of a condition: what has to be looked up before it can be evaluated. */
export function termsOf(condition: TermCondition): Term[] {
  const terms = new Set<Term>()
  const collect = (each: TermCondition) => {
    if (each.kind === 'term') terms.add(each.term)
    else if (each.kind !== 'all') each.parts.forEach(collect)
  }
  collect(condition)
  return [...terms]
}

/** The frames that may hold an event; of a term that `lookup` knows nothing of, it says `all`. */
export function candidateFrames(
  condition: TermCondition,
  frameCount: number,
  lookup: (term: Term) => TermFrames,
): FrameSet {
  if (condition.kind === 'all') return FrameSet.full(frameCount)
  if (condition.kind === 'term') {
    const frames = lookup(condition.term)
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
