import { BitWriter } from '../bytes/bit-writer.ts'
import type { ListArea } from './list-area.ts'
import type { MergeInput, RecurringTerm } from './merge-input.ts'
import type { PageDraft } from './page-draft.ts'
import {
  hasCounts,
  measurePostings,
  type PostingHead,
  type Postings,
  PostingWriter,
} from './postings.ts'
import { RareTerms } from './rare-terms.ts'
import type { Term } from './term-hash.ts'
import { inlineBitsMax } from './term-page.ts'
import type { TermShape } from './term-shape.ts'

/** Longer lists are written frame by frame: they would not fit inside a page anyway. */
const heldFramesMax = inlineBitsMax

/** The frames of one term in one input. */
interface Piece {
  /** Of a list: the frame that it counts from. */
  readonly firstFrame: number
  readonly frameCount: number
  readonly eventCount: number
  readonly fieldMask: number
  /** Absent: one event of the first frame. */
  readonly source?: RecurringTerm
}

/** A term with what all inputs have of it, in order of the frames. */
interface MergedTerm {
  readonly term: Term
  readonly pieces: readonly Piece[]
  readonly frameCount: number
  readonly eventCount: number
  readonly fieldMask: number
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
        const pieces = this.#piecesOf(order.subarray(rareStart, i))
        for (let at = recurringStart; at < r; at++) pieces.push(pieceOf(recurring[at]!))
        const merged = mergedTerm(term, pieces)
        if (merged.frameCount > heldFramesMax) await this.#addLong(merged, draft, lists)
        // Most lists are at hand: then there is nothing to wait for.
        else if (pieces.every(isAtHand)) this.#addHeld(merged, draft, lists)
        else this.#addHeld({ ...merged, pieces: await withLists(merged.pieces) }, draft, lists)
      }
    }
  }

  #piecesOf(positions: Uint32Array): Piece[] {
    return Array.from(positions, position => ({
      firstFrame: this.#rare.frame(position),
      frameCount: 1,
      eventCount: 1,
      fieldMask: this.#rare.fieldMask(position),
    }))
  }

  #addHeld(merged: MergedTerm, draft: PageDraft, lists: ListArea): void {
    const { term, fieldMask, frameCount } = merged
    const { detail, frameCount: indexFrames } = this.#shape
    const postings = this.#postingsOf(merged)
    if (frameCount === 1 && detail !== 'whole') draft.addRare(term, postings.frames[0]!, fieldMask)
    else if (8 * frameCount <= inlineBitsMax) draft.addRecurring(term, fieldMask, postings)
    else {
      const { head, bits } = measurePostings(postings, indexFrames)
      if (bits <= inlineBitsMax) draft.addRecurring(term, fieldMask, postings)
      else draft.addWritten(term, fieldMask, head, lists.addPostings(head, postings, indexFrames))
    }
  }

  #postingsOf({ pieces, frameCount }: MergedTerm): Postings {
    const frames = new Uint32Array(frameCount)
    const counts = new Uint32Array(frameCount)
    const isCounted = this.#shape.detail !== 'frames'
    let size = 0
    for (const piece of pieces) {
      eachFrame(piece, piece.source?.postings as Postings | undefined, (frame, count) => {
        frames[size] = frame
        counts[size++] = isCounted ? count : 0
      })
    }
    return { frames, counts }
  }

  /** One list after the other, each in memory only while it is its turn. */
  async #addLong(merged: MergedTerm, draft: PageDraft, lists: ListArea): Promise<void> {
    const { term, fieldMask, pieces } = merged
    const head = headOf(merged)
    const writer = new PostingWriter(this.#bits, head, this.#shape.frameCount)
    for (const piece of pieces) {
      eachFrame(piece, await listOf(piece), (frame, count) => writer.add(frame, count))
    }
    this.#bits.align()
    draft.addWritten(term, fieldMask, head, lists.add(this.#bits.take()))
  }
}

function pieceOf(source: RecurringTerm): Piece {
  const { frameCount, eventCount } = source.entry.head
  const { fieldMask, framesBefore: firstFrame } = source
  return { firstFrame, frameCount, eventCount, fieldMask, source }
}

function mergedTerm(term: Term, pieces: Piece[]): MergedTerm {
  pieces.sort((a, b) => a.firstFrame - b.firstFrame)
  let [frameCount, eventCount, fieldMask] = [0, 0, 0]
  for (const piece of pieces) {
    frameCount += piece.frameCount
    eventCount += piece.eventCount
    fieldMask |= piece.fieldMask
  }
  return { term, pieces, frameCount, eventCount, fieldMask }
}

function isAtHand({ source }: Piece): boolean {
  return typeof source?.postings !== 'function'
}

function listOf({ source }: Piece): Postings | Promise<Postings> | undefined {
  return typeof source?.postings === 'function' ? source.postings() : source?.postings
}

/** In turn: an input is asked for one range at a time. */
async function withLists(pieces: readonly Piece[]): Promise<Piece[]> {
  const held: Piece[] = []
  for (const piece of pieces) {
    const postings = await listOf(piece)
    held.push(postings ? { ...piece, source: { ...piece.source!, postings } } : piece)
  }
  return held
}

/** With the codes that suit most of the pieces. */
function headOf({ pieces, frameCount: allFrames, eventCount }: MergedTerm): PostingHead {
  let [gammaGaps, gammaCounts] = [0, 0]
  for (const { frameCount, source } of pieces) {
    if (source?.entry.head.hasGammaGaps) gammaGaps += frameCount
    if (source?.entry.head.hasGammaCounts) gammaCounts += frameCount
  }
  return {
    frameCount: allFrames,
    eventCount,
    hasGammaGaps: 2 * gammaGaps > allFrames,
    hasGammaCounts: hasCounts(allFrames, eventCount) && 2 * gammaCounts > allFrames,
  }
}

function eachFrame(
  { firstFrame }: Piece,
  list: Postings | undefined,
  visit: (frame: number, count: number) => void,
): void {
  if (!list) visit(firstFrame, 1)
  else {
    const { frames, counts } = list
    for (let i = 0; i < frames.length; i++) visit(firstFrame + frames[i]!, counts[i]!)
  }
}
