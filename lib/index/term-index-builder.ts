import { bitsFor, riceFor } from '../bytes/rice.ts'
import { assert } from '../core/assert.ts'
import { ListArea } from './list-area.ts'
import { PageDraft } from './page-draft.ts'
import type { Postings } from './postings.ts'
import { termFrom } from './term-hash.ts'
import { pairFramesMax, type SortedPairs, TermPairs } from './term-pairs.ts'
import type { TermSet } from './term-set.ts'
import {
  detailFor,
  forPages,
  keptBitsFor,
  namedFields,
  pageBitsFor,
  type TermDetail,
  type TermShape,
} from './term-shape.ts'

/** The pages and lists of an index: the first bytes of its object. */
export interface TermSection {
  readonly shape: TermShape
  readonly bytes: Buffer
}

export interface BuilderOptions {
  /** Nothing will be merged from the index: see `TermDetail`. */
  readonly isFinal: boolean
}

/** Makes the index of a run while its frames are made; holds 16 bytes a (term, frame) pair. */
export class TermIndexBuilder {
  readonly #pairs = new TermPairs()
  readonly #isFinal: boolean
  #frameCount = 0

  constructor({ isFinal }: BuilderOptions) {
    this.#isFinal = isFinal
  }

  /** What the builder holds, in pairs of a term and a frame. */
  get pairCount(): number {
    return this.#pairs.size
  }

  /** Frames come in ascending order, also those without terms. */
  addFrame(frame: number, terms: TermSet): void {
    assert(frame < pairFramesMax, `frame ${frame} of ${pairFramesMax}`)
    assert(frame >= this.#frameCount, `frame ${frame} after frame ${this.#frameCount - 1}`)
    this.#frameCount = frame + 1
    terms.forEach((high, low, eventCount, fieldMask) => {
      this.#pairs.add(high, low, frame, eventCount, fieldMask)
    })
  }

  /** `owner` is what the object's key says of it; `paths` are those of its fields, in order. */
  finish(owner: string, paths: readonly string[]): TermSection {
    const fields = namedFields(paths)
    const measured = this.#measure()
    const shape = { ...measured, partBits: 0, fields }
    const pageBytes = this.#measurePages(shape)
    const lists = new ListArea(owner, pageBytes * 2 ** shape.pageBits)
    const pages: Buffer[] = []
    this.#eachPage(shape, draft => pages.push(draft.encode(pageBytes, lists)))
    return {
      shape: { ...shape, pageBytes },
      bytes: Buffer.concat([...pages, ...lists.pieces()]),
    }
  }

  /** Counts terms, and the bits that they will take in pages, nearly. */
  #measure() {
    const detail = detailFor(this.#isFinal, this.#frameCount)
    let [rareCount, recurringCount, entriesBits] = [0, 0, 0]
    for (const pairs of this.#pairs.sorted()) {
      for (let start = 0; start < pairs.size; ) {
        const end = pairs.endOfTerm(start)
        if (isRare(pairs, start, end, detail)) rareCount++
        else {
          recurringCount++
          entriesBits += this.#entryBits(end - start)
        }
        start = end
      }
    }
    const counts = { frameCount: this.#frameCount, rareCount, recurringCount }
    const kept = keptBitsFor(detail, counts)
    const gapBits = 1.5 + riceFor(2 ** kept.rareBits, Math.max(1, rareCount))
    const bits = rareCount * (gapBits + bitsFor(this.#frameCount)) + entriesBits
    const pageBits = pageBitsFor(bits / 8)
    return { detail, ...counts, ...forPages(kept, pageBits), pageBits }
  }

  /** About what a recurring term takes in its page: long lists lie outside. */
  #entryBits(frameCount: number): number {
    const listBits = frameCount * (3.5 + riceFor(this.#frameCount, frameCount))
    return 50 + (listBits < 2048 ? listBits : 50)
  }

  /**
   * What every page has room for: the terms of the fullest, and all short lists of the mean page;
   * pages that are fuller put some of theirs outside.
   */
  #measurePages(shape: Omit<TermShape, 'pageBytes'>): number {
    let [leastBytesMax, wantedBytes] = [0, 0]
    this.#eachPage(shape, draft => {
      const need = draft.measure()
      leastBytesMax = Math.max(leastBytesMax, need.leastBytes)
      wantedBytes += need.wantedBytes
    })
    return Math.max(leastBytesMax, Math.ceil(wantedBytes / 2 ** shape.pageBits))
  }

  #eachPage(shape: Omit<TermShape, 'pageBytes'>, visit: (draft: PageDraft) => void): void {
    const draft = new PageDraft(shape)
    let page = 0
    draft.begin(page)
    for (const pairs of this.#pairs.sorted()) {
      for (let start = 0; start < pairs.size; ) {
        const end = pairs.endOfTerm(start)
        const itsPage = Math.floor(pairs.high(start) / 2 ** (32 - shape.pageBits))
        for (; page < itsPage; draft.begin(++page)) visit(draft)
        addTerm(draft, pairs, start, end, shape.detail)
        start = end
      }
    }
    for (; page < 2 ** shape.pageBits; draft.begin(++page)) visit(draft)
  }
}

/** What is rare depends on what is said of terms that are not. */
function isRare(pairs: SortedPairs, start: number, end: number, detail: TermDetail): boolean {
  return end === start + 1 && (detail !== 'whole' || pairs.eventCount(start) === 1)
}

function addTerm(
  draft: PageDraft,
  pairs: SortedPairs,
  start: number,
  end: number,
  detail: TermDetail,
): void {
  const term = termFrom(pairs.high(start), pairs.low(start))
  let fieldMask = 0
  for (let at = start; at < end; at++) fieldMask |= pairs.fieldMask(at)
  if (isRare(pairs, start, end, detail)) draft.addRare(term, pairs.frame(start), fieldMask)
  else draft.addRecurring(term, fieldMask, postingsOf(pairs, start, end, detail))
}

function postingsOf(pairs: SortedPairs, start: number, end: number, detail: TermDetail): Postings {
  const frames = new Uint32Array(end - start)
  const counts = new Uint32Array(end - start)
  let size = 0
  for (let at = start; at < end; at++) {
    const frame = pairs.frame(at)
    if (size === 0 || frames[size - 1] !== frame) frames[size++] = frame
    if (detail !== 'frames') counts[size - 1]! += pairs.eventCount(at)
  }
  return size === frames.length
    ? { frames, counts }
    : { frames: frames.subarray(0, size), counts: counts.subarray(0, size) }
}
