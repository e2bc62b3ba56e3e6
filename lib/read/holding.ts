import type { LineWalker } from '../bucket/line.ts'
import { Candidate, compareRests, isSameEvent } from './candidate.ts'
import { beginningOf, comparePlaces, type Place, type Position, signOf } from './position.ts'
import type { Order } from './question.ts'

/** An event of the answer. */
export interface Found {
  readonly event: Candidate
  readonly ordinal: number
}

export interface HoldingOptions {
  readonly order: Order
  /** Only events after this. */
  readonly after: Position | undefined
  readonly memoryBytesMax: number
  /** Matches wanted; more are not kept. */
  readonly wanted: number
}

/** Candidates beyond what is wanted that may gather before they are thrown out. */
const slack = 1000

/**
 * Holds candidates in bounded memory and gives them out in the order of the answer, duplicates
 * joined. What does not fit is forgotten from the far end, whole places at a time:
 *
 *     after ... given out ... held ............ boundary ... forgotten
 *
 * Up to the boundary everything is known; behind it another pass has to look again.
 */
export class Holding {
  readonly #order: Order
  readonly #sign: 1 | -1
  readonly #after: Position | undefined
  readonly #memoryBytesMax: number
  #wanted: number
  #held: Candidate[] = []
  #isOrdered = true
  #sizeBytes = 0
  #nearestMicros: number
  #trimCount = slack
  #boundary: Place | undefined
  #isCut = false

  constructor(options: HoldingOptions) {
    this.#order = options.order
    this.#sign = signOf(options.order)
    this.#after = options.after
    this.#memoryBytesMax = options.memoryBytesMax
    this.#wanted = options.wanted
    this.#nearestMicros = this.#sign * Infinity
  }

  /** Where another pass continues; `undefined`: nothing was forgotten. */
  get boundary(): Position | undefined {
    return this.#boundary && beginningOf(this.#boundary, this.#order)
  }

  /** Matches that are still to be given out. */
  get wanted(): number {
    return this.#wanted
  }

  /** Whether there are, or may be, matches behind the last one given out. */
  get hasMore(): boolean {
    return this.#isCut || this.#boundary !== undefined || this.#held.some(each => each.isMatch)
  }

  /** Whether everything from this time on, in the order of the answer, would be forgotten. */
  isBeyond(micros: number): boolean {
    return this.#boundary !== undefined && this.#sign * (micros - this.#boundary.timeMicros) > 0
  }

  /** Takes a copy of the line at hand, unless it lies outside. */
  add(walker: LineWalker, isMatch: boolean): void {
    const micros = walker.timeMicros
    if (this.isBeyond(micros)) return
    if (this.#after && this.#sign * (micros - this.#after.timeMicros) < 0) return
    const candidate = new Candidate(walker, isMatch)
    if (this.#boundary && this.#compare(candidate, this.#boundary) >= 0) return
    if (this.#after && this.#compare(candidate, this.#after) < 0) return
    this.#held.push(candidate)
    this.#isOrdered = false
    this.#sizeBytes += candidate.sizeBytes
    if (this.#sign * (micros - this.#nearestMicros) < 0) this.#nearestMicros = micros
    if (this.#sizeBytes > this.#memoryBytesMax || this.#held.length > this.#trimCount) this.#trim()
  }

  #compare(a: Place, b: Place): number {
    return this.#sign * comparePlaces(a, b)
  }

  /** Brings the held in order and joins what is one event, or the same line again. */
  #settle(): void {
    if (this.#isOrdered) return
    this.#held.sort((a, b) => this.#compare(a, b) || compareRests(a, b))
    const joined: Candidate[] = []
    this.#sizeBytes = 0
    for (const candidate of this.#held) {
      const last = joined.at(-1)
      if (last && last.timeMicros === candidate.timeMicros && last.stream === candidate.stream) {
        // The first of the lines of one event counts, whether or not the query matches it.
        if (isSameEvent(last, candidate)) continue
        if (last.idEnd === 0 && candidate.idEnd === 0 && compareRests(last, candidate) === 0) {
          last.count += candidate.count
          continue
        }
      }
      joined.push(candidate)
      this.#sizeBytes += candidate.sizeBytes
    }
    this.#held = joined
    this.#isOrdered = true
  }

  #trim(): void {
    this.#settle()
    const cut = this.#cutPosition()
    if (cut < this.#held.length) {
      const { timeMicros, stream, hash } = this.#held[cut]!
      this.#boundary = { timeMicros, stream, hash }
      for (const dropped of this.#held.splice(cut)) this.#sizeBytes -= dropped.sizeBytes
    }
    this.#trimCount = this.#held.length * 2 + slack
  }

  /** How many to keep: whole places, as few as are wanted, as many as half the memory holds. */
  #cutPosition(): number {
    let sizeBytes = 0
    let matches = 0
    for (const [i, candidate] of this.#held.entries()) {
      const previous = this.#held[i - 1]
      if (previous && this.#compare(previous, candidate) !== 0) {
        if (matches >= this.#wanted) return i
        if (this.#sizeBytes > this.#memoryBytesMax && sizeBytes > this.#memoryBytesMax / 2) return i
      }
      sizeBytes += candidate.sizeBytes
      if (candidate.isMatch) matches += candidate.count
    }
    return this.#held.length
  }

  /**
   * Gives out what surely precedes everything at `micros` or behind it, or all that is held. Only
   * matches; each event that has the same line as others on its own.
   */
  *take(micros?: number): Generator<Found> {
    if (micros !== undefined && this.#sign * (this.#nearestMicros - micros) >= 0) return
    this.#settle()
    let count = this.#held.length
    if (micros !== undefined) {
      count = this.#held.findIndex(each => this.#sign * (each.timeMicros - micros) >= 0)
      if (count < 0) count = this.#held.length
    }
    const taken = this.#held.splice(0, count)
    for (const candidate of taken) this.#sizeBytes -= candidate.sizeBytes
    this.#nearestMicros = this.#held[0]?.timeMicros ?? this.#sign * Infinity
    for (let i = 0; i < taken.length; ) {
      let end = i + 1
      while (end < taken.length && this.#compare(taken[i]!, taken[end]!) === 0) end++
      for (const found of this.#inPlace(taken.slice(i, end))) {
        if (this.#wanted === 0) {
          this.#isCut = true
          return
        }
        this.#wanted--
        yield found
      }
      i = end
    }
  }

  /** Events of one place, numbered, less those that were given out before. */
  *#inPlace(candidates: readonly Candidate[]): Generator<Found> {
    const after = this.#after
    const start = after && this.#compare(candidates[0]!, after) === 0 ? after.ordinal : undefined
    const total = candidates.reduce((sum, each) => sum + each.count, 0)
    let ordinal = this.#order === 'asc' ? 0 : total - 1
    for (const event of this.#order === 'asc' ? candidates : candidates.toReversed()) {
      for (let i = 0; i < event.count; i++, ordinal += this.#sign) {
        const isNew = start === undefined || this.#sign * (ordinal - start) > 0
        if (isNew && event.isMatch) yield { event, ordinal }
      }
    }
  }
}
