import type { RecurringTerm } from './merge-input.ts'
import { hasCounts, type PostingHead, type Postings } from './postings.ts'

/**
 * What all inputs of a merge have of one term, in order of the frames: pieces, each one frame where
 * the term is rare, else the frames of one input. One serves for all terms, for there are many.
 */
export class MergedTerm {
  /** By piece: its frame, or the frames before those of its list. */
  readonly #framesBefore: number[] = []
  readonly #lists: (RecurringTerm | undefined)[] = []
  pieceCount = 0
  frameCount = 0
  eventCount = 0
  fieldMask = 0
  /** No list lies outside of what was read. */
  isAtHand = true

  begin(): void {
    this.pieceCount = 0
    this.frameCount = 0
    this.eventCount = 0
    this.fieldMask = 0
    this.isAtHand = true
  }

  /** One event of this frame. */
  addRare(frame: number, fieldMask: number): void {
    this.#insert(frame, undefined)
    this.frameCount++
    this.eventCount++
    this.fieldMask |= fieldMask
  }

  add(list: RecurringTerm): void {
    this.#insert(list.framesBefore, list)
    const { frameCount, eventCount } = list.entry.head
    this.frameCount += frameCount
    this.eventCount += eventCount
    this.fieldMask |= list.fieldMask
    if (typeof list.postings === 'function') this.isAtHand = false
  }

  /** Inputs come in any order: each is taken from as soon as it was read. */
  #insert(framesBefore: number, list: RecurringTerm | undefined): void {
    let at = this.pieceCount++
    for (; at > 0 && this.#framesBefore[at - 1]! > framesBefore; at--) {
      this.#framesBefore[at] = this.#framesBefore[at - 1]!
      this.#lists[at] = this.#lists[at - 1]
    }
    this.#framesBefore[at] = framesBefore
    this.#lists[at] = list
  }

  /** It is in one frame, where it is rare. */
  get isRare(): boolean {
    return this.pieceCount === 1 && this.#lists[0] === undefined
  }

  get firstFrame(): number {
    return this.#framesBefore[0]!
  }

  frameBefore(piece: number): number {
    return this.#framesBefore[piece]!
  }

  /** `undefined`: one event of one frame. */
  list(piece: number): Postings | Promise<Postings> | undefined {
    const postings = this.#lists[piece]?.postings
    return typeof postings === 'function' ? postings() : postings
  }

  /** Reads the lists that lie outside; in turn, for an input is asked for one range at a time. */
  async takeLists(): Promise<void> {
    for (let piece = 0; piece < this.pieceCount; piece++) {
      const list = this.#lists[piece]
      if (typeof list?.postings !== 'function') continue
      this.#lists[piece] = { ...list, postings: await list.postings() }
    }
    this.isAtHand = true
  }

  /** Of all pieces, when their lists are at hand; all counts are 0 if it is not counted. */
  postings(isCounted: boolean): Postings {
    const frames = new Uint32Array(this.frameCount)
    const counts = new Uint32Array(this.frameCount)
    let size = 0
    for (let piece = 0; piece < this.pieceCount; piece++) {
      const frameBefore = this.#framesBefore[piece]!
      const list = this.#lists[piece]?.postings as Postings | undefined
      const listed = list?.frames.length ?? 1
      for (let i = 0; i < listed; i++) {
        frames[size] = frameBefore + (list ? list.frames[i]! : 0)
        counts[size++] = isCounted ? (list ? list.counts[i]! : 1) : 0
      }
    }
    return { frames, counts }
  }

  /** With the codes that suit most of the pieces. */
  head(): PostingHead {
    const { frameCount, eventCount } = this
    let [gammaGaps, gammaCounts] = [0, 0]
    for (let piece = 0; piece < this.pieceCount; piece++) {
      const list = this.#lists[piece]
      if (!list) continue
      const { head } = list.entry
      if (head.hasGammaGaps) gammaGaps += head.frameCount
      if (head.hasGammaCounts) gammaCounts += head.frameCount
    }
    return {
      frameCount,
      eventCount,
      hasGammaGaps: 2 * gammaGaps > frameCount,
      hasGammaCounts: hasCounts(frameCount, eventCount) && 2 * gammaCounts > frameCount,
    }
  }
}
