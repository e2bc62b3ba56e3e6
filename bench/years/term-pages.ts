import { ListArea } from '../../lib/index/list-area.ts'
import { PageDraft } from '../../lib/index/page-draft.ts'
import type { PostingHead } from '../../lib/index/postings.ts'
import type { Term } from '../../lib/index/term-hash.ts'
import { firstTerm, leadingBits, pageHeadBytes } from '../../lib/index/term-page.ts'
import type { TermShape } from '../../lib/index/term-shape.ts'
import { Chance } from '../corpora/chance.ts'
import { densityOf, type ShapeWithoutPages, shapeOf } from './geometry.ts'
import type { Needle } from './needles.ts'
import type { Period } from './periods.ts'

/** A term that a question asks for, where it really is in one period. */
export interface Planted {
  readonly term: Term
  readonly fieldMask: number
  /** Its frames, ascending; or what the entry says of so many that nobody may look for them. */
  readonly at: Uint32Array | PostingHead
}

/** What the index of a period says of the terms of its needles. */
export function plantedIn(needles: readonly Needle[]): Planted[] {
  const frames = new Map<Term, { fieldMask: number; frames: number[] }>()
  for (const { terms, frame } of needles) {
    for (const { term, fieldMask } of terms) {
      const known = frames.get(term) ?? { fieldMask, frames: [] }
      if (!known.frames.includes(frame)) known.frames.push(frame)
      frames.set(term, known)
    }
  }
  return Array.from(frames, ([term, { fieldMask, frames }]) => ({
    term,
    fieldMask,
    at: Uint32Array.from(frames).sort(),
  }))
}

/** Pages measured to find how long they have to be, and how much longer the longest of all is. */
const samplesMax = 24
const room = 1.04
/** Where lists lie that are not made. */
const nowhere = { start: 2 ** 31, sizeBytes: 2 ** 20 }

/**
 * The pages of one index as its writer would have made them: of each, only the terms that fall into
 * it are drawn, by the density of the whole. The same page always holds the same terms.
 */
export class TermPages {
  readonly shape: TermShape
  readonly #ownerOf: (part: number) => string
  readonly #period: Period
  readonly #seed: number
  readonly #planted: readonly Planted[]
  readonly #draft: PageDraft

  constructor(options: {
    readonly period: Period
    readonly seed: number
    readonly ownerOf: (part: number) => string
    readonly planted: readonly Planted[]
    readonly pageBytes?: number
  }) {
    this.#period = options.period
    this.#ownerOf = options.ownerOf
    this.#seed = options.seed
    this.#planted = options.planted
    const shape = shapeOf(options.period)
    this.#draft = new PageDraft(shape)
    this.shape = { ...shape, pageBytes: options.pageBytes ?? this.#measure(shape) }
  }

  /** Bytes of the whole index. */
  get sizeBytes(): number {
    return this.shape.pageBytes * 2 ** this.shape.pageBits
  }

  /** The page's bytes. Throws when it does not fit: then `room` is too small. */
  page(number: number): Buffer {
    const { pageBytes, pageBits, partBits } = this.shape
    this.#fill(this.shape, number)
    if (this.#draft.measure().leastBytes > pageBytes) throw new Error(`page ${number} is too long`)
    const part = Math.floor(number / 2 ** (pageBits - partBits))
    return this.#draft.encode(pageBytes, new ListArea(this.#ownerOf(part), nowhere.start))
  }

  /** What the rare terms of a page take. */
  rareBits(number: number): { readonly bits: number; readonly count: number } {
    const page = this.page(number)
    return { bits: 8 * (page.readUInt32LE(12) - pageHeadBytes), count: page.readUInt32LE(4) }
  }

  #measure(shape: ShapeWithoutPages): number {
    const chance = new Chance(this.#seed)
    let longest = 0
    for (let i = 0; i < samplesMax; i++) {
      this.#fill(shape, chance.below(2 ** shape.pageBits))
      longest = Math.max(longest, this.#draft.measure().wantedBytes)
    }
    return Math.ceil(longest * room)
  }

  #fill(shape: ShapeWithoutPages, number: number): void {
    const chance = new Chance((this.#seed * 2 ** 20 + number) % 2 ** 32)
    const { uniqueTerms, groupsOnce, groupsOften } = densityOf(this.#period)
    const pages = 2 ** shape.pageBits
    const planted = this.#planted.filter(({ term }) => leadingBits(term, shape.pageBits) === number)
    this.#draft.begin(number)
    const rare = new Map(planted.filter(isRare).map(each => [each.term, each]))
    const rareTerms = drawTerms(chance, number, shape, (uniqueTerms + groupsOnce) / pages)
    for (const term of ascending(rareTerms, rare.keys()))
      this.#addRare(chance, term, rare.get(term))
    const often = new Map(planted.filter(each => !isRare(each)).map(each => [each.term, each]))
    const oftenTerms = drawTerms(chance, number, shape, groupsOften / pages)
    for (const term of ascending(oftenTerms, often.keys())) {
      this.#addRecurring(chance, term, often.get(term))
    }
  }

  #addRare(chance: Chance, term: Term, planted: Planted | undefined): void {
    const { frameCount } = densityOf(this.#period)
    if (planted?.at instanceof Uint32Array) {
      this.#draft.addRare(term, planted.at[0]!, planted.fieldMask)
    } else this.#draft.addRare(term, chance.below(frameCount), 1 << chance.below(2))
  }

  #addRecurring(chance: Chance, term: Term, planted: Planted | undefined): void {
    const { eventsAGroup, frameCount } = densityOf(this.#period)
    if (!planted) {
      this.#draft.addRecurring(term, 1, drawPostings(chance, eventsAGroup, frameCount))
    } else if (planted.at instanceof Uint32Array) {
      const counts = new Uint32Array(planted.at.length).fill(1)
      this.#draft.addRecurring(term, planted.fieldMask, { frames: planted.at, counts })
    } else this.#draft.addWritten(term, planted.fieldMask, planted.at, nowhere)
  }
}

function isRare({ at }: Planted): boolean {
  return at instanceof Uint32Array && at.length === 1
}

/** Terms of the page in ascending order, at random, about so many. */
function drawTerms(
  chance: Chance,
  page: number,
  { pageBits }: ShapeWithoutPages,
  mean: number,
): Term[] {
  const [start, end] = [firstTerm(page, pageBits), firstTerm(page + 1, pageBits)]
  const terms: Term[] = []
  const gap = (end - start) / mean
  for (let at = start; ; ) {
    at += Math.ceil(-Math.log(1 - chance.next()) * gap)
    if (at >= end) return terms
    terms.push(at)
  }
}

function ascending(terms: readonly Term[], more: Iterable<Term>): Term[] {
  return [...new Set([...terms, ...more])].sort((a, b) => a - b)
}

/** Frames of a term in two events or more, each in a frame of its own. */
function drawPostings(chance: Chance, meanEvents: number, frameCount: number) {
  const spread = (chance.next() - 0.5) * 3 * Math.sqrt(meanEvents)
  const count = Math.max(2, Math.round(meanEvents + spread))
  const frames = new Set(Array.from({ length: count }, () => chance.below(frameCount)))
  const sorted = Uint32Array.from(frames).sort()
  return { frames: sorted, counts: new Uint32Array(sorted.length).fill(1) }
}
