import { ArchiveError } from '../core/errors.ts'
import type { Intervals, TimeInterval } from './intervals.ts'
import type { HourFound } from './question.ts'

interface Sum {
  readonly endMicros: number
  least: number
  most: number
}

/** Adds up bounds by interval. Pure. */
export class HourBounds {
  readonly #intervals: Intervals
  readonly #intervalsMax: number
  /** By start. */
  readonly #sums = new Map<number, Sum>()
  #least = 0
  #most = 0

  constructor(intervals: Intervals, intervalsMax: number) {
    this.#intervals = intervals
    this.#intervalsMax = intervalsMax
  }

  /** Whether the span, ends included, lies in one interval. */
  isNarrow(firstMicros: number, lastMicros: number): boolean {
    return lastMicros < this.#intervals.at(firstMicros).endMicros
  }

  /**
   * Between `least` and `most` events, somewhere from `firstMicros` to `lastMicros`, both included:
   * each interval may hold all of them, and of several none need have one. Throws `too-large` for
   * more intervals than may be.
   */
  add(firstMicros: number, lastMicros: number, least: number, most: number): void {
    if (most === 0) return
    this.#least += least
    this.#most += most
    const first = this.#intervals.at(firstMicros)
    const isOne = lastMicros < first.endMicros
    this.#sum(first, isOne ? least : 0, most)
    for (let end = first.endMicros; end <= lastMicros; ) {
      const interval = this.#intervals.at(end)
      this.#sum(interval, 0, most)
      end = interval.endMicros
    }
  }

  /** What another one added up. */
  addAll(found: readonly HourFound[]): void {
    for (const { startMicros, endMicros, least, most } of found) {
      this.#least += least
      this.#most += most
      this.#sum({ startMicros, endMicros }, least, most)
    }
  }

  #sum({ startMicros, endMicros }: TimeInterval, least: number, most: number): void {
    const sum = this.#sums.get(startMicros)
    if (sum) {
      sum.least += least
      sum.most += most
    } else this.#sums.set(startMicros, { endMicros, least, most })
    if (this.#sums.size <= this.#intervalsMax) return
    throw new ArchiveError(
      'too-large',
      `there are more than ${this.#intervalsMax} intervals: ` +
        'ask for a shorter range or a wider interval',
    )
  }

  /** One of the same intervals, without anything in it. */
  empty(): HourBounds {
    return new HourBounds(this.#intervals, this.#intervalsMax)
  }

  /** Events in all: of a span over several intervals not more than it has. */
  get total(): { readonly least: number; readonly most: number } {
    return { least: this.#least, most: this.#most }
  }

  /** Ascending. */
  list(): HourFound[] {
    return Array.from(this.#sums, ([startMicros, sum]) => ({ startMicros, ...sum })).sort(
      (a, b) => a.startMicros - b.startMicros,
    )
  }
}
