import type { FieldSummary } from './column-builder.ts'
import {
  hasNumbers,
  hasNumericStrings,
  hasStrings,
  isEverywhere,
  isListed,
  kindOf,
  mayBeNumeric,
} from './field-kinds.ts'

/** Values of a field that a run lists; with more it lists none. */
export const totalListedMax = 256

/** Adds up what frames say of a field. */
export class FieldTotal {
  #kinds = isListed
  #eventCount = 0
  #low = Infinity
  #high = -Infinity
  readonly #counts = new Map<string, number>()

  add(summary: FieldSummary): void {
    const wasListed = (this.#kinds & isListed) !== 0
    this.#kinds =
      ((this.#kinds | summary.kinds) & ~isListed) | (this.#kinds & summary.kinds & isListed)
    this.#eventCount += summary.eventCount
    this.#low = Math.min(this.#low, summary.low)
    this.#high = Math.max(this.#high, summary.high)
    if ((this.#kinds & isListed) !== 0) this.#list(summary)
    else for (const [value] of summary.values) this.#widen(value)
    if (wasListed && (this.#kinds & isListed) === 0) this.#unlist()
  }

  #list(summary: FieldSummary): void {
    for (const [value, count] of summary.values) {
      this.#counts.set(value, (this.#counts.get(value) ?? 0) + count)
    }
    if (this.#counts.size > totalListedMax) this.#kinds &= ~isListed
  }

  #unlist(): void {
    for (const value of this.#counts.keys()) this.#widen(value)
    this.#counts.clear()
  }

  #widen(value: string): void {
    const kind = kindOf(value.charCodeAt(0))
    if (kind === hasNumbers) {
      this.#low = Math.min(this.#low, Number(value))
      this.#high = Math.max(this.#high, Number(value))
    } else if (kind === hasStrings && mayBeNumeric(value.charCodeAt(1))) {
      this.#kinds |= hasNumericStrings
    }
  }

  /** Of frames that have so many events in all. */
  finish(eventCount: number): FieldSummary {
    const everywhere = this.#eventCount === eventCount ? isEverywhere : 0
    return {
      kinds: (this.#kinds & ~isEverywhere) | everywhere,
      eventCount: this.#eventCount,
      values: [...this.#counts],
      low: this.#low,
      high: this.#high,
    }
  }
}
