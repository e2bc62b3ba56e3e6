import type { IndexRef } from '../catalog/catalog.ts'
import { openDistantPage, openList, openPage, type PageReader } from '../index/page-reader.ts'
import type { Postings } from '../index/postings.ts'
import type { RecurringEntry } from '../index/recurring-entry.ts'
import type { Term } from '../index/term-hash.ts'
import { type PageRange, pageOf } from '../index/term-index.ts'
import type { Place } from '../index/term-page.ts'
import { indexPartKey, ownerOfIndex } from '../store/keys.ts'
import type { GetOptions, StoredObject } from '../store/store.ts'
import type { Asking } from './asking.ts'
import { Gone } from './gone.ts'

/** An index up to this size is fetched whole: its lists come along with its pages. */
const wholeBytesMax = 256 * 1024

/**
 * Fetches pages and lists of one term index. What cannot be read is `undefined` and costs a
 * warning, once.
 */
export class IndexReader {
  readonly ref: IndexRef
  readonly #asking: Asking
  readonly #signal: AbortSignal
  readonly #pages = new Map<number, PageReader | Place | undefined>()
  readonly #lists = new Map<Place, Postings | undefined>()
  #hasWarned = false

  constructor(ref: IndexRef, asking: Asking, signal: AbortSignal) {
    this.ref = ref
    this.#asking = asking
    this.#signal = signal
  }

  /** The page that tells of the term, once it was fetched. */
  page(term: Term): PageReader | undefined {
    const page = this.#pages.get(pageOf(this.ref.terms, term).page)
    return page && 'start' in page ? undefined : page
  }

  list(place: Place): Postings | undefined {
    return this.#lists.get(place)
  }

  /** Fetches the pages of these terms: one round. */
  async fetchPages(terms: Iterable<Term>): Promise<void> {
    const ranges = this.#rangesOf(terms)
    if (this.#isWhole) await this.#fetchTogether(ranges)
    else await Promise.all(ranges.map(range => this.#fetchPage(range)))
  }

  /** Brings the pages of these terms into memory, for `fetchPages` to come. */
  async fetchAhead(terms: Iterable<Term>): Promise<void> {
    const whole = { part: 0, start: 0, end: this.ref.sizeBytes }
    const ranges = this.#isWhole ? [whole] : this.#rangesOf(terms)
    await Promise.all(
      ranges.map(({ part, start, end }) =>
        this.#asking.bring(this.#keyOf(part), { range: { start, end }, signal: this.#signal }),
      ),
    )
  }

  #rangesOf(terms: Iterable<Term>): PageRange[] {
    const ranges = new Map<number, PageRange>()
    for (const term of terms) {
      const range = pageOf(this.ref.terms, term)
      ranges.set(range.page, range)
    }
    return [...ranges.values()]
  }

  async #fetchPage(range: PageRange): Promise<void> {
    const { part, start, end } = range
    const opened = await this.#read(part, start, end, bytes => this.#openPage(range, bytes))
    this.#pages.set(range.page, opened)
  }

  /** Pages of an object that comes whole. */
  async #fetchTogether(ranges: readonly PageRange[]): Promise<void> {
    const opened = await this.#read(0, 0, this.ref.sizeBytes, bytes =>
      ranges.map(range => this.#openPage(range, bytes.subarray(range.start, range.end))),
    )
    for (const [i, { page }] of ranges.entries()) this.#pages.set(page, opened?.[i])
  }

  #openPage({ page, part }: PageRange, bytes: Buffer): PageReader | Place {
    return openPage(bytes, page, this.ref.terms, ownerOfIndex(this.#keyOf(part)))
  }

  /** Fetches the pages that were too long for their place, of these terms: a round, mostly none. */
  async fetchDistantPages(terms: Iterable<Term>): Promise<void> {
    const distant = new Map<PageRange, Place>()
    for (const term of terms) {
      const range = pageOf(this.ref.terms, term)
      const place = this.#pages.get(range.page)
      if (place && 'start' in place) distant.set(range, place)
    }
    await Promise.all(
      Array.from(distant, async ([{ page, part }, place]) => {
        const owner = ownerOfIndex(this.#keyOf(part))
        const opened = await this.#readPlace(part, place, bytes =>
          openDistantPage(bytes, place, page, this.ref.terms, owner),
        )
        this.#pages.set(page, opened)
      }),
    )
  }

  /** Fetches the lists that entries of this term name: one round. */
  async fetchList(term: Term, entry: RecurringEntry): Promise<void> {
    const { part } = pageOf(this.ref.terms, term)
    const place = entry.place!
    const owner = ownerOfIndex(this.#keyOf(part))
    const { frameCount } = this.ref.terms
    const list = await this.#readPlace(part, place, bytes =>
      openList(bytes, place, entry, frameCount, owner),
    )
    this.#lists.set(place, list)
  }

  #readPlace<T>(
    part: number,
    { start, sizeBytes }: Place,
    check: (bytes: Buffer) => T,
  ): Promise<T | undefined> {
    return this.#read(part, start, start + sizeBytes, check)
  }

  /** A small object comes whole, by its known size, and then from the cache. */
  async #read<T>(
    part: number,
    start: number,
    end: number,
    check: (bytes: Buffer) => T,
  ): Promise<T | undefined> {
    const isWhole = this.#isWhole
    const range = isWhole ? { start: 0, end: this.ref.sizeBytes } : { start, end }
    const options: GetOptions = { range, signal: this.#signal }
    const checkObject = ({ bytes }: StoredObject) =>
      check(isWhole ? bytes.subarray(start, end) : bytes)
    const key = this.#keyOf(part)
    try {
      return await this.#asking.fetcher.read(key, options, checkObject, reason =>
        this.#warn(reason),
      )
    } catch (error) {
      if (!(error instanceof Gone)) throw error
      // If its run is gone too, that shows later.
      this.#warn('it is gone')
      return undefined
    }
  }

  get #isWhole(): boolean {
    return this.ref.terms.partBits === 0 && this.ref.sizeBytes <= wholeBytesMax
  }

  #keyOf(part: number): string {
    return indexPartKey(this.ref.key, part)
  }

  #warn(reason: string): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    const detail = `${this.ref.key} cannot be read, its run is searched whole: ${reason}`
    this.#asking.warn({ detail })
  }
}
