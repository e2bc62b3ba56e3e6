import type { FoundEntry, PageReader, RareEntry } from './page-reader.ts'
import type { Postings } from './postings.ts'
import type { Term } from './term-hash.ts'
import { leadingBits, type Place } from './term-page.ts'
import type { TermShape } from './term-shape.ts'

/** A page as bytes [start, end) of the object of a part. */
export interface PageRange {
  readonly page: number
  readonly part: number
  readonly start: number
  readonly end: number
}

/** Where a term occurs. A frame may be named in which it does not; none in which it does is not. */
export interface TermHit {
  /** Ascending. */
  readonly frames: Uint32Array
  /** Events of each frame that have the term; 0: the frame has to be read to know. */
  readonly counts: Uint32Array
  /** Events of all frames; `undefined` where frames have to be read to know. */
  readonly eventCount: number | undefined
  /** The fields it is in, by their bit; bit 31: in others, too. -1: any. */
  readonly fieldMask: number
}

/** What a page says of a term; lists that lie outside have to be fetched yet. */
export interface TermEntry {
  readonly rare: readonly RareEntry[]
  /** Events of each of them; 0 where its frame has to be read to know. */
  readonly rareEvents: 0 | 1
  readonly recurring: readonly FoundEntry[]
}

/** Where the one page lies that tells of the term. */
export function pageOf(shape: TermShape, term: Term): PageRange {
  const page = leadingBits(term, shape.pageBits)
  const pagesPerPart = 2 ** (shape.pageBits - shape.partBits)
  const start = (page % pagesPerPart) * shape.pageBytes
  return { page, part: Math.floor(page / pagesPerPart), start, end: start + shape.pageBytes }
}

/**
 * What its page says of a term, less what is known to stand in other fields than those of the mask.
 * Throws `corrupt`.
 */
export function findTerm(
  page: PageReader,
  { detail }: TermShape,
  term: Term,
  fieldMask = -1,
): TermEntry {
  const isWanted = (entry: { readonly fieldMask: number }) => (entry.fieldMask & fieldMask) !== 0
  return {
    rare: page.rare(term).filter(isWanted),
    rareEvents: detail === 'whole' ? 1 : 0,
    recurring: page.recurring(term).filter(({ entry }) => isWanted(entry)),
  }
}

/** The lists that lie outside. */
export function placesOf({ recurring }: TermEntry): FoundEntry[] {
  return recurring.filter(({ postings }) => !postings)
}

/** Events that have the term as far as that is known without its lists. */
export function eventCountOf(entry: TermEntry): number | undefined {
  const { rare, rareEvents, recurring } = entry
  const counts: number[] = rare.map(() => rareEvents)
  for (const found of recurring) counts.push(found.entry.head.eventCount)
  // An index that does not tell says 0.
  return counts.includes(0) ? undefined : counts.reduce((sum, count) => sum + count, 0)
}

/** Events that have the term in frames [start, end); `undefined`: one of them has to be read. */
export function countEvents(
  { frames, counts }: TermHit,
  start: number,
  end: number,
): number | undefined {
  let sum = 0
  for (let at = countBefore(frames, start); at < frames.length && frames[at]! < end; at++) {
    if (counts[at] === 0) return undefined
    sum += counts[at]!
  }
  return sum
}

/** How many of these, ascending, are less. */
function countBefore(frames: Uint32Array, frame: number): number {
  let [low, high] = [0, frames.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (frames[middle]! < frame) low = middle + 1
    else high = middle
  }
  return low
}

/** Puts a term's frames together; `listAt` has the lists that lie outside. */
export function hitOf(entry: TermEntry, listAt: (place: Place) => Postings): TermHit {
  const counts = new Map<number, number>()
  for (const rare of entry.rare) counts.set(rare.frame, entry.rareEvents)
  for (const { entry: found, postings } of entry.recurring) {
    const list = postings ?? listAt(found.place!)
    for (const [i, frame] of list.frames.entries()) counts.set(frame, list.counts[i]!)
  }
  const frames = Uint32Array.from(counts.keys()).sort()
  return {
    frames,
    counts: frames.map(frame => counts.get(frame)!),
    eventCount: eventCountOf(entry),
    fieldMask: fieldMaskOf(entry),
  }
}

/** The fields the term is in, see `TermHit`. */
export function fieldMaskOf({ rare, recurring }: TermEntry): number {
  let fieldMask = 0
  for (const each of rare) fieldMask |= each.fieldMask
  for (const { entry } of recurring) fieldMask |= entry.fieldMask
  return fieldMask
}

/** The bits that a term in a field at or below this path may have: also those without a name. */
export function maskOfPath({ fields }: TermShape, path: string): number {
  return bitsBelow(fields, path) | (-1 << fields.length)
}

/** Whether a term of this mask is in no field that is not at or below the path. */
export function isOnlyBelow({ fields }: TermShape, path: string, fieldMask: number): boolean {
  return (fieldMask & ~bitsBelow(fields, path)) === 0
}

function bitsBelow(fields: readonly string[], path: string): number {
  const isBelow = (field: string) => field === path || field.startsWith(`${path}.`)
  return fields.reduce((mask, field, bit) => (isBelow(field) ? mask | (1 << bit) : mask), 0)
}
