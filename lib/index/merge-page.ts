import { BitWriter } from '../bytes/bit-writer.ts'
import type { ListArea } from './list-area.ts'
import type { MergeInput, RecurringTerm } from './merge-input.ts'
import type { PageDraft } from './page-draft.ts'
import { hasCounts, measurePostings, type PostingHead, PostingWriter } from './postings.ts'
import { RareTerms } from './rare-terms.ts'
import type { Term } from './term-hash.ts'
import { inlineBitsMax } from './term-page.ts'
import type { TermShape } from './term-shape.ts'

/** Longer lists are written frame by frame: they would not fit inside a page anyway. */
const heldFramesMax = inlineBitsMax

/** The frames of one term in one input. */
interface Piece {
  readonly firstFrame: number
  readonly frameCount: number
  readonly eventCount: number
  readonly fieldMask: number
  readonly source: RecurringTerm | undefined
}

/** Puts the terms of all inputs in a range together, one page after the other. */
export class PageMerge {
  readonly #inputs: readonly MergeInput[]
  readonly #shape: Pick<TermShape, 'detail' | 'frameCount'>
  readonly #rare = new RareTerms()
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
      const [rareStart, recurringStart] = [i, r]
      while (i < order.length && rare.term(order[i]!) === term) i++
      while (r < recurring.length && recurring[r]!.term === term) r++
      if (i === rareStart + 1 && r === recurringStart) {
        const position = order[rareStart]!
        draft.addRare(term, rare.frame(position), rare.fieldMask(position))
      } else {
        const positions = order.subarray(rareStart, i)
        const found = recurring.slice(recurringStart, r)
        await this.#addTerm(
          term,
          [...this.#piecesOf(positions), ...found.map(pieceOf)],
          draft,
          lists,
        )
      }
    }
  }

  #piecesOf(positions: Uint32Array): Piece[] {
    return Array.from(positions, position => ({
      firstFrame: this.#rare.frame(position),
      frameCount: 1,
      eventCount: 1,
      fieldMask: this.#rare.fieldMask(position),
      source: undefined,
    }))
  }

  async #addTerm(term: Term, pieces: Piece[], draft: PageDraft, lists: ListArea): Promise<void> {
    pieces.sort((a, b) => a.firstFrame - b.firstFrame)
    const { detail, frameCount: indexFrames } = this.#shape
    const sum = { frameCount: 0, eventCount: 0 }
    let fieldMask = 0
    for (const piece of pieces) {
      sum.frameCount += piece.frameCount
      sum.eventCount += piece.eventCount
      fieldMask |= piece.fieldMask
    }
    if (sum.frameCount > heldFramesMax) {
      const head = headOf(pieces, sum)
      const writer = new PostingWriter(this.#bits, head, indexFrames)
      await eachFrame(pieces, (frame, count) => writer.add(frame, count))
      this.#bits.align()
      draft.addWritten(term, fieldMask, head, lists.add(this.#bits.take()))
      return
    }
    const frames = new Uint32Array(sum.frameCount)
    const counts = new Uint32Array(sum.frameCount)
    let size = 0
    await eachFrame(pieces, (frame, count) => {
      frames[size] = frame
      counts[size++] = detail === 'frames' ? 0 : count
    })
    const postings = { frames, counts }
    if (sum.frameCount === 1 && detail !== 'whole') draft.addRare(term, frames[0]!, fieldMask)
    else if (8 * sum.frameCount <= inlineBitsMax) draft.addRecurring(term, fieldMask, postings)
    else {
      const { head, bits } = measurePostings(postings, indexFrames)
      if (bits <= inlineBitsMax) draft.addRecurring(term, fieldMask, postings)
      else draft.addWritten(term, fieldMask, head, lists.addPostings(head, postings, indexFrames))
    }
  }
}

function pieceOf(source: RecurringTerm): Piece {
  const { frameCount, eventCount } = source.entry.head
  const { fieldMask, framesBefore: firstFrame } = source
  return { firstFrame, frameCount, eventCount, fieldMask, source }
}

/** With the codes that suit most of the pieces. */
function headOf(
  pieces: readonly Piece[],
  sum: Pick<PostingHead, 'frameCount' | 'eventCount'>,
): PostingHead {
  let [gammaGaps, gammaCounts] = [0, 0]
  for (const { frameCount, source } of pieces) {
    if (source?.entry.head.hasGammaGaps) gammaGaps += frameCount
    if (source?.entry.head.hasGammaCounts) gammaCounts += frameCount
  }
  return {
    ...sum,
    hasGammaGaps: 2 * gammaGaps > sum.frameCount,
    hasGammaCounts: hasCounts(sum.frameCount, sum.eventCount) && 2 * gammaCounts > sum.frameCount,
  }
}

async function eachFrame(
  pieces: readonly Piece[],
  visit: (frame: number, count: number) => void,
): Promise<void> {
  for (const { firstFrame, source } of pieces) {
    if (!source) {
      visit(firstFrame, 1)
      continue
    }
    const { frames, counts } = await source.postings()
    for (let i = 0; i < frames.length; i++) visit(source.framesBefore + frames[i]!, counts[i]!)
  }
}
