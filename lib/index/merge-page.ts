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
        const pieces = this.#piecesOf(order.subarray(rareStart, i))
        for (let at = recurringStart; at < r; at++) pieces.push(pieceOf(recurring[at]!))
        const adding = this.#addTerm(term, pieces, draft, lists)
        // Most lists are at hand: then there is nothing to wait for.
        if (adding) await adding
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

  #addTerm(
    term: Term,
    pieces: Piece[],
    draft: PageDraft,
    lists: ListArea,
  ): Promise<void> | undefined {
    pieces.sort((a, b) => a.firstFrame - b.firstFrame)
    let [frameCount, eventCount, fieldMask] = [0, 0, 0]
    for (const piece of pieces) {
      frameCount += piece.frameCount
      eventCount += piece.eventCount
      fieldMask |= piece.fieldMask
    }
    const sum = { frameCount, eventCount }
    if (frameCount > heldFramesMax)
      return this.#addLong({ term, fieldMask, pieces, sum }, draft, lists)
    const frames = new Uint32Array(frameCount)
    const counts = new Uint32Array(frameCount)
    const isCounted = this.#shape.detail !== 'frames'
    let size = 0
    const visiting = eachFrame(pieces, (frame, count) => {
      frames[size] = frame
      counts[size++] = isCounted ? count : 0
    })
    const add = () => this.#addHeld(term, fieldMask, { frames, counts }, draft, lists)
    return visiting ? visiting.then(add) : add()
  }

  #addHeld(
    term: Term,
    fieldMask: number,
    postings: Postings,
    draft: PageDraft,
    lists: ListArea,
  ): undefined {
    const { detail, frameCount: indexFrames } = this.#shape
    const frameCount = postings.frames.length
    if (frameCount === 1 && detail !== 'whole') draft.addRare(term, postings.frames[0]!, fieldMask)
    else if (8 * frameCount <= inlineBitsMax) draft.addRecurring(term, fieldMask, postings)
    else {
      const { head, bits } = measurePostings(postings, indexFrames)
      if (bits <= inlineBitsMax) draft.addRecurring(term, fieldMask, postings)
      else draft.addWritten(term, fieldMask, head, lists.addPostings(head, postings, indexFrames))
    }
  }

  async #addLong(
    { term, fieldMask, pieces, sum }: LongTerm,
    draft: PageDraft,
    lists: ListArea,
  ): Promise<void> {
    const head = headOf(pieces, sum)
    const writer = new PostingWriter(this.#bits, head, this.#shape.frameCount)
    await eachFrame(pieces, (frame, count) => writer.add(frame, count))
    this.#bits.align()
    draft.addWritten(term, fieldMask, head, lists.add(this.#bits.take()))
  }
}

interface LongTerm {
  readonly term: Term
  readonly fieldMask: number
  readonly pieces: readonly Piece[]
  readonly sum: Pick<PostingHead, 'frameCount' | 'eventCount'>
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

/** `undefined`: all lists were at hand and are done. */
function eachFrame(
  pieces: readonly Piece[],
  visit: (frame: number, count: number) => void,
): Promise<void> | undefined {
  const isAtHand = pieces.every(({ source }) => typeof source?.postings !== 'function')
  if (!isAtHand) return eachFrameRead(pieces, visit)
  for (const { firstFrame, source } of pieces) {
    if (source) visitAll(source, source.postings as Postings, visit)
    else visit(firstFrame, 1)
  }
  return undefined
}

async function eachFrameRead(
  pieces: readonly Piece[],
  visit: (frame: number, count: number) => void,
): Promise<void> {
  for (const { firstFrame, source } of pieces) {
    if (!source) {
      visit(firstFrame, 1)
      continue
    }
    const { postings } = source
    visitAll(source, typeof postings === 'function' ? await postings() : postings, visit)
  }
}

function visitAll(
  { framesBefore }: RecurringTerm,
  { frames, counts }: Postings,
  visit: (frame: number, count: number) => void,
): void {
  for (let i = 0; i < frames.length; i++) visit(framesBefore + frames[i]!, counts[i]!)
}
