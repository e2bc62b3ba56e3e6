import type { IndexRef } from '../catalog/catalog.ts'
import type { FrameSet } from '../index/frame-set.ts'
import type { FoundEntry } from '../index/page-reader.ts'
import { withStream } from '../index/query-terms.ts'
import {
  candidateFrames,
  type TermCondition,
  type TermFrames,
  type TermWanted,
  termsOf,
} from '../index/term-condition.ts'
import type { Term } from '../index/term-hash.ts'
import {
  countEvents,
  eventCountOf,
  fieldMaskOf,
  findTerm,
  hitOf,
  isOnlyBelow,
  maskOfPath,
  placesOf,
  type TermEntry,
  type TermHit,
} from '../index/term-index.ts'
import type { Asking } from './asking.ts'
import { IndexReader } from './index-reader.ts'
import type { Source } from './plan.ts'

/** One index and what is asked of it. */
interface Lookup {
  readonly reader: IndexReader
  readonly condition: TermCondition
  readonly wanted: readonly TermWanted[]
}

/**
 * Objects of one index from which on it is asked for their stream, too: the first and last stream
 * of a bucket tell nearly as much of fewer. A list of buckets is as good as many.
 */
const streamSourcesMin = 3

/**
 * Asks the term indexes of runs which of their frames may hold an event of the query, and where
 * they know it, how many. An index that cannot be read costs a wider read and a warning, never an
 * event.
 */
export class Candidates {
  readonly #asking: Asking
  readonly #condition: TermCondition
  readonly #ofStream: TermCondition
  /** By key of the index; without an entry, any frame may hold one. */
  readonly #found = new Map<string, FrameSet>()
  readonly #countable: TermWanted | undefined
  /** Where the countable term is, by key of the index, if that tells how many events match. */
  readonly #hits = new Map<string, TermHit>()
  /** Matching events of all frames of an index, where that was enough. */
  readonly #totals = new Map<string, number>()

  /**
   * `condition`: of the query; `stream`: the only one wanted; `countable`: a term that exactly the
   * matching events have, if they are to be counted.
   */
  constructor(
    asking: Asking,
    condition: TermCondition,
    stream: string | undefined,
    countable?: TermWanted,
  ) {
    this.#asking = asking
    this.#countable = countable
    this.#condition = condition
    this.#ofStream = stream === undefined ? condition : withStream(condition, stream)
  }

  /**
   * Looks the terms up in the indexes of these objects: a round for their pages, and one for lists
   * where those tell more than the pages do. `isWhole` says whether the number of matches in all
   * frames of an index is enough.
   */
  async look(
    sources: readonly Source[],
    signal: AbortSignal,
    isWhole: (ref: IndexRef) => boolean = () => false,
  ): Promise<void> {
    const lookups = this.#lookupsFor(sources, signal)
    if (lookups.length === 0) return
    await Promise.all(lookups.map(({ reader, wanted }) => reader.fetchPages(termsIn(wanted))))
    this.#asking.nextRound()
    await Promise.all(lookups.map(lookup => this.#lookIn(lookup, isWhole)))
    this.#asking.nextRound()
  }

  /** Brings into memory what `look` will fetch first. */
  async fetchAhead(sources: readonly Source[], signal: AbortSignal): Promise<void> {
    const lookups = this.#lookupsFor(sources, signal)
    await Promise.all(lookups.map(({ reader, wanted }) => reader.fetchAhead(termsIn(wanted))))
  }

  /** Whether the object has a frame that may hold an event. */
  mayHold(source: Source): boolean {
    const found = this.of(source)
    if (!found || !source.index) return true
    const { framesBefore, frameCount } = source.index
    return found.hasAny(framesBefore, framesBefore + frameCount)
  }

  /** How many frames of the object may hold an event. */
  countOf(source: Source): number | undefined {
    const found = this.of(source)
    if (!found || !source.index) return undefined
    const { framesBefore, frameCount } = source.index
    return found.sizeIn(framesBefore, framesBefore + frameCount)
  }

  /** Frames of the object's run that may hold an event; `undefined`: any of them may. */
  of(source: Source): FrameSet | undefined {
    return source.index && this.#found.get(source.index.ref.key)
  }

  /** How many events of all frames of the object's index match, where that was enough. */
  totalOf({ index }: Source): number | undefined {
    return index && this.#totals.get(index.ref.key)
  }

  /** How many events of the object's frames [start, end) match; `undefined`: unknown. */
  countIn({ index }: Source, start: number, end: number): number | undefined {
    const hit = index && this.#hits.get(index.ref.key)
    return hit && countEvents(hit, index.framesBefore + start, index.framesBefore + end)
  }

  #lookupsFor(sources: readonly Source[], signal: AbortSignal): Lookup[] {
    const refs = new Map<string, { readonly ref: IndexRef; sourceCount: number }>()
    for (const { index, manifest } of sources) {
      if (!index || this.#found.has(index.ref.key)) continue
      const count = manifest ? streamSourcesMin : 1
      const known = refs.get(index.ref.key)
      if (known) known.sourceCount += count
      else refs.set(index.ref.key, { ref: index.ref, sourceCount: count })
    }
    return Array.from(refs.values(), ({ ref, sourceCount }) => {
      const condition = sourceCount < streamSourcesMin ? this.#condition : this.#ofStream
      const reader = new IndexReader(ref, this.#asking, signal)
      return { reader, condition, wanted: termsOf(condition) }
    }).filter(({ condition }) => condition.kind !== 'all')
  }

  async #lookIn(
    { reader, condition, wanted }: Lookup,
    isWhole: (ref: IndexRef) => boolean,
  ): Promise<void> {
    await reader.fetchDistantPages(termsIn(wanted))
    const { key } = reader.ref
    const counted = this.#countable && countableEntry(reader, this.#countable)
    const total = counted && eventCountOf(counted)
    const isEnough = total !== undefined && isWhole(reader.ref)
    if (isEnough) this.#totals.set(key, total)
    const entries = new Map(wanted.map(each => [each, entryOf(reader, each)]))
    const evaluate = () =>
      candidateFrames(condition, reader.ref.terms.frameCount, each =>
        framesOf(reader, entries.get(each)),
      )
    const lists: (readonly [Term, FoundEntry])[] = []
    for (const [{ term }, entry] of entries) {
      for (const found of entry ? placesOf(entry) : []) lists.push([term, found])
    }
    let frames = evaluate()
    // A list costs a GET, as a frame does.
    if (!isEnough && lists.length > 0 && frames.size > lists.length) {
      await Promise.all(lists.map(([term, { entry }]) => reader.fetchList(term, entry)))
      frames = evaluate()
    }
    this.#found.set(key, frames)
    if (!isEnough && counted && isAtHand(reader, counted))
      this.#hits.set(key, hitIn(reader, counted))
  }
}

function termsIn(wanted: readonly TermWanted[]): Set<Term> {
  return new Set(wanted.map(({ term }) => term))
}

/** `undefined`: the page cannot be read. */
function entryOf(reader: IndexReader, { term, field }: TermWanted): TermEntry | undefined {
  const page = reader.page(term)
  if (!page) return undefined
  const mask = field === undefined ? -1 : maskOfPath(reader.ref.terms, field)
  return findTerm(page, reader.ref.terms, term, mask)
}

/** `undefined`: the index does not tell, or tells of other fields as well. */
function countableEntry(reader: IndexReader, wanted: TermWanted): TermEntry | undefined {
  const entry = entryOf(reader, wanted)
  const { field } = wanted
  if (!entry || field === undefined) return entry
  return isOnlyBelow(reader.ref.terms, field, fieldMaskOf(entry)) ? entry : undefined
}

/** All frames where a page or list is not at hand. */
function framesOf(reader: IndexReader, entry: TermEntry | undefined): TermFrames {
  return entry && isAtHand(reader, entry) ? hitIn(reader, entry).frames : 'all'
}

function isAtHand(reader: IndexReader, entry: TermEntry): boolean {
  return placesOf(entry).every(({ entry: { place } }) => reader.list(place!))
}

function hitIn(reader: IndexReader, entry: TermEntry): TermHit {
  return hitOf(entry, place => reader.list(place)!)
}
