import { ChunkReader, type ReadPart } from './chunk-reader.ts'
import { openDistantPage, openList, openPage, type PageReader } from './page-reader.ts'
import type { Postings } from './postings.ts'
import { RareTerms } from './rare-terms.ts'
import type { RecurringEntry } from './recurring-entry.ts'
import type { Term } from './term-hash.ts'
import { firstTerm, type Place } from './term-page.ts'
import type { TermShape } from './term-shape.ts'

/** An index that is merged with others. */
export interface MergedIndex {
  readonly shape: TermShape
  /**
   * Bytes [start, end) of the object of a part (0 to 2^partBits - 1; its key is that of the first
   * part, with a number higher by `part`), fewer where the object ends. Asked for one range at a
   * time, ascending in pages and in lists.
   */
  readonly read: ReadPart
  /** `<job id>/<n>` of a part's key, as `ownerOfIndex` has it. */
  readonly ownerOf: (part: number) => string
  /** The number in the merged index of its first frame. */
  readonly framesBefore: number
}

/** A recurring term of one input. */
export interface RecurringTerm {
  readonly term: Term
  readonly fieldMask: number
  readonly entry: RecurringEntry
  /** With the frames of the input; a list that lies outside is read when it is its turn. */
  readonly postings: Postings | (() => Promise<Postings>)
  readonly framesBefore: number
}

/** Walks the terms of an index that is `whole`, page by page. */
export class MergeInput {
  readonly #index: MergedIndex
  readonly #maskOf: (fieldMask: number) => number
  readonly #pages: ChunkReader
  readonly #lists: ChunkReader
  readonly #from: Term
  /** The page that is read next. */
  #nextPage: number
  /** Of the page at hand. */
  readonly #rare = new RareTerms()
  #rareAt = 0
  #recurring: RecurringTerm[] = []
  #recurringAt = 0

  /** `maskOf` gives the mask in the merged index of one in this; terms before `from` are left. */
  constructor(
    index: MergedIndex,
    given: {
      readonly maskOf: (fieldMask: number) => number
      readonly aheadBytes: number
      readonly from: Term
    },
  ) {
    const { maskOf, aheadBytes, from } = given
    this.#index = index
    this.#maskOf = maskOf
    this.#from = from
    this.#nextPage = Math.floor(from / firstTerm(1, index.shape.pageBits))
    this.#pages = new ChunkReader(index.read, aheadBytes)
    this.#lists = new ChunkReader(index.read, aheadBytes)
  }

  /** Gives out all terms before this one that were not given out yet. */
  async takeBefore(end: Term, rare: RareTerms, recurring: RecurringTerm[]): Promise<void> {
    const { pageBits } = this.#index.shape
    for (;;) {
      this.#giveOut(end, rare, recurring)
      const isDone = this.#rareAt < this.#rare.size || this.#recurringAt < this.#recurring.length
      if (isDone || this.#nextPage === 2 ** pageBits) return
      if (firstTerm(this.#nextPage, pageBits) >= end) return
      await this.#readPage(this.#nextPage++)
    }
  }

  #giveOut(end: Term, rare: RareTerms, recurring: RecurringTerm[]): void {
    const held = this.#rare
    for (; this.#rareAt < held.size; this.#rareAt++) {
      const term = held.term(this.#rareAt)
      if (term >= end) break
      rare.add(term, held.frame(this.#rareAt), held.fieldMask(this.#rareAt))
    }
    for (; this.#recurringAt < this.#recurring.length; this.#recurringAt++) {
      const found = this.#recurring[this.#recurringAt]!
      if (found.term >= end) break
      recurring.push(found)
    }
  }

  async #readPage(page: number): Promise<void> {
    const { framesBefore } = this.#index
    const reader = await this.#openPage(page)
    this.#rare.clear()
    this.#rareAt = 0
    reader.eachRare((term, frame, fieldMask) => {
      if (term >= this.#from) this.#rare.add(term, framesBefore + frame, this.#maskOf(fieldMask))
    })
    this.#recurring = []
    this.#recurringAt = 0
    const part = this.#partOf(page)
    const walk = reader.recurringTerms()
    while (walk.next()) {
      const { term, entry } = walk
      if (term < this.#from) continue
      const postings = walk.postings() ?? (() => this.#readList(part, entry))
      const fieldMask = this.#maskOf(entry.fieldMask)
      this.#recurring.push({ term, fieldMask, entry, postings, framesBefore })
    }
  }

  async #openPage(page: number): Promise<PageReader> {
    const { shape, ownerOf } = this.#index
    const part = this.#partOf(page)
    const pagesPerPart = 2 ** (shape.pageBits - shape.partBits)
    const start = (page % pagesPerPart) * shape.pageBytes
    const pagesEnd = pagesPerPart * shape.pageBytes
    const bytes = await this.#pages.read(part, start, start + shape.pageBytes, pagesEnd)
    const opened = openPage(bytes, page, shape, ownerOf(part))
    if (!('start' in opened)) return opened
    return openDistantPage(await this.#readPlace(part, opened), opened, page, shape, ownerOf(part))
  }

  async #readList(part: number, entry: RecurringEntry): Promise<Postings> {
    const { shape, ownerOf } = this.#index
    const bytes = await this.#readPlace(part, entry.place!)
    return openList(bytes, entry.place!, entry, shape.frameCount, ownerOf(part))
  }

  #readPlace(part: number, { start, sizeBytes }: Place): Promise<Buffer> {
    return this.#lists.read(part, start, start + sizeBytes, Infinity)
  }

  #partOf(page: number): number {
    const { pageBits, partBits } = this.#index.shape
    return Math.floor(page / 2 ** (pageBits - partBits))
  }
}
