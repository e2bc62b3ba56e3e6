import { BitWriter } from '../bytes/bit-writer.ts'
import type { ListArea } from './list-area.ts'
import type { MergeInput, RecurringTerm } from './merge-input.ts'
import { MergedTerm } from './merged-term.ts'
import type { PageDraft } from './page-draft.ts'
import { measurePostings, PostingWriter } from './postings.ts'
import { RareTerms } from './rare-terms.ts'
import type { Term } from './term-hash.ts'
import { inlineBitsMax } from './term-page.ts'
import type { TermShape } from './term-shape.ts'

/** Longer lists are written frame by frame: they would not fit inside a page anyway. */
const heldFramesMax = inlineBitsMax

/** Puts the terms of all inputs in a range together, one page after the other. */
export class PageMerge {
  readonly #inputs: readonly MergeInput[]
  readonly #shape: Pick<TermShape, 'detail' | 'frameCount'>
  readonly #rare = new RareTerms()
  readonly #merged = new MergedTerm()
  readonly #bits = new BitWriter()

  constructor(inputs: readonly MergeInput[], shape: Pick<TermShape, 'detail' | 'frameCount'>) {
    this.#inputs = inputs
    this.#shape = shape
  }

  /** Adds all terms of [start, end) to the draft; long lists go to the area. */
  async fill(start: Term, end: Term, draft: PageDraft, lists: ListArea): Promise<void> {
    const recurring: RecurringTerm[] = []
    this.#rare.clear()
    await Promise.all(this.#inputs.map(input => input.takeBefore(end, this.#rare, recurring)))
    recurring.sort((a, b) => a.term - b.term)
    const rare = this.#rare
    const order = rare.order(start, end)
    for (let [i, r] = [0, 0]; i < order.length || r < recurring.length; ) {
      const rareTerm = i < order.length ? rare.term(order[i]!) : Infinity
      const term = Math.min(rareTerm, r < recurring.length ? recurring[r]!.term : Infinity)
      const merged = this.#merged
      merged.begin()
      for (; i < order.length && rare.term(order[i]!) === term; i++) {
        merged.addRare(rare.frame(order[i]!), rare.fieldMask(order[i]!))
      }
      for (; r < recurring.length && recurring[r]!.term === term; r++) merged.add(recurring[r]!)
      if (merged.isRare) draft.addRare(term, merged.firstFrame, merged.fieldMask)
      else if (merged.frameCount > heldFramesMax) await this.#addLong(term, draft, lists)
      else {
        // Most lists are at hand: then there is nothing to wait for.
        if (!merged.isAtHand) await merged.takeLists()
        this.#addHeld(term, draft, lists)
      }
    }
  }

  #addHeld(term: Term, draft: PageDraft, lists: ListArea): void {
    const { fieldMask, frameCount } = this.#merged
    const { detail, frameCount: indexFrames } = this.#shape
    const postings = this.#merged.postings(detail !== 'frames')
    if (frameCount === 1 && detail !== 'whole') draft.addRare(term, postings.frames[0]!, fieldMask)
    else if (8 * frameCount <= inlineBitsMax) draft.addRecurring(term, fieldMask, postings)
    else {
      const { head, bits } = measurePostings(postings, indexFrames)
      if (bits <= inlineBitsMax) draft.addRecurring(term, fieldMask, postings)
      else draft.addWritten(term, fieldMask, head, lists.addPostings(head, postings, indexFrames))
    }
  }

  /** One list after the other, each in memory only while it is its turn. */
  async #addLong(term: Term, draft: PageDraft, lists: ListArea): Promise<void> {
    const merged = this.#merged
    const head = merged.head()
    const writer = new PostingWriter(this.#bits, head, this.#shape.frameCount)
    for (let piece = 0; piece < merged.pieceCount; piece++) {
      const frameBefore = merged.frameBefore(piece)
      const list = await merged.list(piece)
      const frameCount = list?.frames.length ?? 1
      for (let i = 0; i < frameCount; i++) {
        writer.add(frameBefore + (list?.frames[i] ?? 0), list?.counts[i] ?? 1)
      }
    }
    this.#bits.align()
    draft.addWritten(term, merged.fieldMask, head, lists.add(this.#bits.take()))
  }
}
