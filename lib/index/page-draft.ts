import { BitWriter } from '../bytes/bit-writer.ts'
import { bitsFor, writeRice } from '../bytes/rice.ts'
import { type ListArea, listHeadBytes, writePostings } from './list-area.ts'
import { measurePostings, type PostingHead, type Postings } from './postings.ts'
import { RareTerms } from './rare-terms.ts'
import { entryBits, isOneField, placeBits, writeEntry } from './recurring-entry.ts'
import type { Term } from './term-hash.ts'
import {
  checksumOf,
  firstTerm,
  inlineBitsMax,
  leadingBits,
  lyingElsewhere,
  type PageShape,
  type Place,
  pageHeadBytes,
  rareFieldBits,
  rareRice,
  recurringRice,
} from './term-page.ts'

interface Draft {
  readonly term: Term
  readonly fieldMask: number
  readonly head: PostingHead
  /** The list; `undefined` of one that lies outside already. */
  readonly postings: Postings | undefined
  readonly place: Place | undefined
  /** Of the list in the page, and of its place if it lies outside. */
  readonly inlineBits: number
  readonly outsideBits: number
}

/** Bytes of a page with all lists outside for which that is shorter, and with all short ones in. */
export interface PageNeed {
  readonly leastBytes: number
  readonly wantedBytes: number
}

/** Collects the terms of a page and writes it. One serves for all pages of an index. */
export class PageDraft {
  #shape: PageShape
  readonly #out = new BitWriter()
  readonly #rare = new RareTerms()
  readonly #recurring: Draft[] = []
  #page = 0

  constructor(shape: PageShape) {
    this.#shape = shape
  }

  get rareCount(): number {
    return this.#rare.size
  }

  get recurringCount(): number {
    return this.#recurring.length
  }

  /** Its terms in an index of another shape, but for the frames. */
  reshape(shape: PageShape): void {
    this.#shape = shape
  }

  begin(page: number): void {
    this.#page = page
    this.#rare.clear()
    this.#recurring.length = 0
  }

  /** Ascending; equal ones may follow each other. */
  addRare(term: Term, frame: number, fieldMask: number): void {
    this.#rare.add(term, frame, fieldMask)
  }

  /** Ascending; equal ones only where not all of their bits are kept. */
  addRecurring(term: Term, fieldMask: number, postings: Postings): void {
    const { head, bits: inlineBits } = measurePostings(postings, this.#shape.frameCount)
    const outsideBits = placeBits(listHeadBytes + Math.ceil(inlineBits / 8))
    const place = undefined
    this.#recurring.push({ term, fieldMask, head, postings, place, inlineBits, outsideBits })
  }

  /** The same of a term whose list is written. */
  addWritten(term: Term, fieldMask: number, head: PostingHead, place: Place): void {
    const inlineBits = Number.POSITIVE_INFINITY
    const outsideBits = placeBits(place.sizeBytes)
    const postings = undefined
    this.#recurring.push({ term, fieldMask, head, postings, place, inlineBits, outsideBits })
  }

  measure(): PageNeed {
    const headBytes = pageHeadBytes + Math.ceil(this.#rareBits() / 8)
    const leastBits = this.#recurringBits()
    let wantedBits = leastBits
    for (const { inlineBits, outsideBits } of this.#recurring) {
      if (inlineBits <= inlineBitsMax) wantedBits += Math.max(0, inlineBits - outsideBits)
    }
    return {
      leastBytes: headBytes + Math.ceil(leastBits / 8),
      wantedBytes: headBytes + Math.ceil(wantedBits / 8),
    }
  }

  /** A page of this length; lists that do not fit, or the whole page, go to the area behind. */
  encode(pageBytes: number, lists: ListArea): Buffer {
    const { leastBytes } = this.measure()
    let page = this.#encodeBody(Math.max(pageBytes, leastBytes), lists)
    if (leastBytes > pageBytes) {
      const place = lists.add(page.subarray(4))
      page = Buffer.alloc(pageBytes)
      page.writeUInt32LE(lyingElsewhere, 4)
      page.writeUInt32LE(place.start, 8)
      page.writeUInt32LE(place.sizeBytes, 12)
    }
    page.writeUInt32LE(checksumOf(lists.owner, this.#page, page.subarray(4)), 0)
    return page
  }

  /** Without its checksum. */
  #encodeBody(pageBytes: number, lists: ListArea): Buffer {
    const page = Buffer.alloc(pageBytes)
    this.#writeRare()
    const recurringStart = pageHeadBytes + this.#out.sizeBytes
    page.writeUInt32LE(this.rareCount, 4)
    page.writeUInt32LE(this.#recurring.length, 8)
    page.writeUInt32LE(recurringStart, 12)
    this.#out.take().copy(page, pageHeadBytes)
    this.#writeRecurring(8 * (pageBytes - recurringStart), lists)
    this.#out.take().copy(page, recurringStart)
    return page
  }

  #rareBits(): number {
    const k = rareRice(this.#shape)
    const frameBits = bitsFor(this.#shape.frameCount) + rareFieldBits(this.#shape)
    let bits = this.rareCount * (1 + k + frameBits)
    this.#eachGap(gap => {
      bits += Math.floor(gap / 2 ** k)
    })
    return bits
  }

  /** With each list where it is shorter. */
  #recurringBits(): number {
    const k = recurringRice(this.#shape)
    let bits = 0
    let before = this.#firstOf(this.#shape.recurringBits)
    for (const { term, fieldMask, head, inlineBits, outsideBits } of this.#recurring) {
      const kept = leadingBits(term, this.#shape.recurringBits)
      bits += Math.floor((kept - before) / 2 ** k) + 1 + k
      bits += entryBits(fieldMask, head) + Math.min(inlineBits, outsideBits)
      before = kept
    }
    return bits
  }

  /** Where the page begins, in so many bits. */
  #firstOf(bits: number): number {
    return leadingBits(firstTerm(this.#page, this.#shape.pageBits), bits)
  }

  /** The distances of the fingerprints. */
  #eachGap(visit: (gap: number) => void): void {
    let before = this.#firstOf(this.#shape.rareBits)
    for (let position = 0; position < this.rareCount; position++) {
      const fingerprint = leadingBits(this.#rare.term(position), this.#shape.rareBits)
      visit(fingerprint - before)
      before = fingerprint
    }
  }

  #writeRare(): void {
    const frameBits = bitsFor(this.#shape.frameCount)
    const fieldBits = rareFieldBits(this.#shape)
    for (let position = 0; position < this.rareCount; position++) {
      this.#out.write(this.#rare.frame(position), frameBits)
      if (fieldBits > 0) this.#out.write(fieldOf(this.#rare.fieldMask(position)), fieldBits)
    }
    const k = rareRice(this.#shape)
    this.#eachGap(gap => {
      writeRice(this.#out, gap, k)
    })
    this.#out.align()
  }

  #writeRecurring(roomBits: number, lists: ListArea): void {
    const { frameCount, recurringBits } = this.#shape
    const k = recurringRice(this.#shape)
    const outside = this.#chooseOutside(roomBits)
    let before = this.#firstOf(recurringBits)
    for (const draft of this.#recurring) {
      const { term, fieldMask, head, postings } = draft
      const kept = leadingBits(term, recurringBits)
      writeRice(this.#out, kept - before, k)
      before = kept
      const isOutside = postings && outside.has(draft)
      const place = isOutside ? lists.addPostings(head, postings, frameCount) : draft.place
      writeEntry(this.#out, { fieldMask, head, place })
      if (postings && !place) writePostings(this.#out, head, postings, frameCount)
    }
    this.#out.align()
  }

  /** Of the lists that would be shorter outside, those that do not fit: the longest. */
  #chooseOutside(roomBits: number): Set<Draft> {
    let freeBits = roomBits - this.#recurringBits()
    const longer = this.#recurring.filter(draft => draft.inlineBits > draft.outsideBits)
    const outside = new Set<Draft>()
    for (const draft of longer.sort((a, b) => a.inlineBits - b.inlineBits)) {
      const extraBits = draft.inlineBits - draft.outsideBits
      if (draft.inlineBits > inlineBitsMax || extraBits > freeBits) outside.add(draft)
      else freeBits -= extraBits
    }
    return outside
  }
}

/** The only field of a mask; 31 where it has several. */
function fieldOf(fieldMask: number): number {
  return isOneField(fieldMask) ? 31 - Math.clz32(fieldMask) : 31
}
