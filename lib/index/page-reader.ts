import { BitReader } from '../bytes/bit-reader.ts'
import { bitsFor, readRice } from '../bytes/rice.ts'
import { ArchiveError } from '../core/errors.ts'
import { listHeadBytes } from './list-area.ts'
import { type Postings, readPostings } from './postings.ts'
import { type RecurringEntry, readEntry } from './recurring-entry.ts'
import type { Term } from './term-hash.ts'
import {
  checksumOf,
  firstTerm,
  leadingBits,
  lyingElsewhere,
  type PageShape,
  type Place,
  pageHeadBytes,
  rareFieldBits,
  rareRice,
  recurringRice,
} from './term-page.ts'

/** The number of a rare term's field that says nothing. */
const anyField = 31

/** Where a rare term is. */
export interface RareEntry {
  readonly frame: number
  readonly fieldMask: number
}

/** An entry, and its list unless that lies outside. */
export interface FoundEntry {
  readonly entry: RecurringEntry
  readonly postings: Postings | undefined
}

/** A page whose checksum was right. Reading it throws `corrupt` for what no `PageDraft` wrote. */
export class PageReader {
  readonly page: number
  readonly rareCount: number
  readonly recurringCount: number
  readonly #bytes: Buffer
  readonly #shape: PageShape
  readonly #recurringStart: number

  constructor(bytes: Buffer, page: number, shape: PageShape) {
    this.page = page
    this.#bytes = bytes
    this.#shape = shape
    this.rareCount = bytes.readUInt32LE(4)
    this.recurringCount = bytes.readUInt32LE(8)
    this.#recurringStart = bytes.readUInt32LE(12)
    // Each term has a bit at least.
    const isShaped =
      this.#recurringStart >= pageHeadBytes &&
      this.#recurringStart <= bytes.length &&
      this.rareCount <= 8 * (this.#recurringStart - pageHeadBytes) &&
      this.recurringCount <= 8 * (bytes.length - this.#recurringStart)
    if (!isShaped) throw fault(`${page} contradicts itself`)
  }

  /** The rare terms that begin as this one does. */
  rare(term: Term): RareEntry[] {
    const wanted = leadingBits(term, this.#shape.rareBits)
    const found: RareEntry[] = []
    this.#eachRare((fingerprint, position) => {
      if (fingerprint === wanted) found.push(this.#rareEntry(position))
      return fingerprint <= wanted
    })
    return found
  }

  /** Visits all rare terms: their fingerprints, ascending, frames and fields. */
  eachRare(visit: (fingerprint: number, frame: number, fieldMask: number) => void): void {
    const places = new BitReader(this.#rareBytes())
    this.#eachRare(fingerprint => {
      const frame = this.#readFrame(places)
      visit(fingerprint, frame, this.#readMask(places))
      return true
    })
  }

  /** The entries of recurring terms that begin as this one does: one, where all bits are kept. */
  recurring(term: Term): FoundEntry[] {
    const wanted = leadingBits(term, this.#shape.recurringBits)
    const found: FoundEntry[] = []
    const walk = this.recurringTerms()
    while (walk.next() && walk.term <= wanted) {
      if (walk.term === wanted) found.push({ entry: walk.entry, postings: walk.postings() })
    }
    return found
  }

  recurringTerms(): RecurringWalk {
    const bits = new BitReader(this.#bytes, this.#recurringStart)
    return new RecurringWalk(bits, this, this.#shape)
  }

  #eachRare(visit: (fingerprint: number, position: number) => boolean): void {
    const { rareBits, pageBits } = this.#shape
    const bits = new BitReader(this.#rareBytes())
    bits.skip(this.rareCount * this.#placeBits())
    const k = rareRice(this.#shape)
    const end = leadingBits(firstTerm(this.page + 1, pageBits), rareBits)
    let fingerprint = leadingBits(firstTerm(this.page, pageBits), rareBits)
    for (let position = 0; position < this.rareCount; position++) {
      fingerprint += readRice(bits, k)
      if (fingerprint >= end) throw fault('holds a term of another page')
      if (!visit(fingerprint, position)) return
    }
  }

  #rareBytes(): Buffer {
    return this.#bytes.subarray(pageHeadBytes, this.#recurringStart)
  }

  #rareEntry(position: number): RareEntry {
    const places = new BitReader(this.#rareBytes())
    places.skip(position * this.#placeBits())
    return { frame: this.#readFrame(places), fieldMask: this.#readMask(places) }
  }

  /** Of a rare term: its frame and field. */
  #placeBits(): number {
    return bitsFor(this.#shape.frameCount) + rareFieldBits(this.#shape)
  }

  #readFrame(places: BitReader): number {
    const frame = places.read(bitsFor(this.#shape.frameCount))
    if (frame >= this.#shape.frameCount) throw fault(`names frame ${frame}`)
    return frame
  }

  #readMask(places: BitReader): number {
    const fieldBits = rareFieldBits(this.#shape)
    const field = fieldBits > 0 ? places.read(fieldBits) : anyField
    return field === anyField ? -1 : 1 << field
  }
}

/** Walks the recurring terms of a page. */
export class RecurringWalk {
  readonly #bits: BitReader
  readonly #shape: PageShape
  readonly #k: number
  readonly #end: number
  #left: number
  #hasList = false
  /** As many of its bits as are kept. */
  term: number
  entry!: RecurringEntry

  constructor(bits: BitReader, page: PageReader, shape: PageShape) {
    this.#bits = bits
    this.#shape = shape
    this.#k = recurringRice(shape)
    this.#left = page.recurringCount
    this.term = leadingBits(firstTerm(page.page, shape.pageBits), shape.recurringBits)
    this.#end = leadingBits(firstTerm(page.page + 1, shape.pageBits), shape.recurringBits)
  }

  next(): boolean {
    if (this.#hasList) this.postings()
    if (this.#left === 0) return false
    this.#left--
    this.term += readRice(this.#bits, this.#k)
    if (this.term >= this.#end) throw fault('holds a term of another page')
    this.entry = readEntry(this.#bits, this.#shape.detail !== 'frames')
    this.#hasList = !this.entry.place
    return true
  }

  /** The list of the term at hand, once; `undefined` if it lies outside. */
  postings(): Postings | undefined {
    if (!this.#hasList) return undefined
    this.#hasList = false
    return readPostings(this.#bits, this.entry.head, this.#shape.frameCount)
  }
}

/**
 * A page, or where it lies when it was too long for its place. Throws `corrupt` if these bytes are
 * not those of this page in the object of this owner.
 */
export function openPage(
  bytes: Buffer,
  page: number,
  shape: PageShape,
  owner: string,
): PageReader | Place {
  if (bytes.length < pageHeadBytes) throw fault(`${page} has ${bytes.length} bytes`)
  check(bytes, page, owner, `page ${page}`)
  if (bytes.readUInt32LE(4) !== lyingElsewhere) return new PageReader(bytes, page, shape)
  return { start: bytes.readUInt32LE(8), sizeBytes: bytes.readUInt32LE(12) }
}

/** The same of the bytes at such a place. */
export function openDistantPage(
  bytes: Buffer,
  place: Place,
  page: number,
  shape: PageShape,
  owner: string,
): PageReader {
  checkPlace(bytes, place, owner)
  if (bytes.length < pageHeadBytes) throw fault(`${page} has ${bytes.length} bytes`)
  return new PageReader(bytes, page, shape)
}

/** The list at a place. Throws `corrupt`. */
export function openList(
  bytes: Buffer,
  place: Place,
  { head }: RecurringEntry,
  indexFrames: number,
  owner: string,
): Postings {
  checkPlace(bytes, place, owner)
  return readPostings(new BitReader(bytes, listHeadBytes), head, indexFrames)
}

function checkPlace(bytes: Buffer, place: Place, owner: string): void {
  if (bytes.length !== place.sizeBytes || bytes.length < listHeadBytes) {
    throw fault(`list at ${place.start} has ${bytes.length} bytes, expected ${place.sizeBytes}`)
  }
  check(bytes, place.start, owner, `list at ${place.start}`)
}

function check(bytes: Buffer, number: number, owner: string, what: string): void {
  const found = checksumOf(owner, number, bytes.subarray(4))
  const expected = bytes.readUInt32LE(0)
  if (found !== expected) {
    throw fault(`${what}: checksum is ${found.toString(16)}, expected ${expected.toString(16)}`)
  }
}

function fault(what: string): ArchiveError {
  return new ArchiveError('corrupt', `index page ${what}`)
}
