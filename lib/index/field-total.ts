import { isEverywhere, isListed } from './field-kinds.ts'
import { type FieldSummary, withoutList, worthwhile } from './field-summary.ts'

/** Values of a field that a run lists; with more it lists none. */
const totalListedMax = 256

/** Adds up what frames say of a field. */
export class FieldTotal {
  #kinds = isListed
  #eventCount = 0
  #low = Infinity
  #high = -Infinity
  readonly #counts = new Map<string, number>()

  add(summary: FieldSummary): void {
    const areListed = (this.#kinds & summary.kinds & isListed) !== 0
    if (!areListed && this.#counts.size > 0) this.#unlist()
    const added = areListed ? summary : withoutList(summary)
    this.#kinds = (this.#kinds | added.kinds) & (areListed ? -1 : ~isListed)
    this.#eventCount += added.eventCount
    this.#low = Math.min(this.#low, added.low)
    this.#high = Math.max(this.#high, added.high)
    for (const [value, count] of added.values) {
      this.#counts.set(value, (this.#counts.get(value) ?? 0) + count)
    }
    if (this.#counts.size > totalListedMax) this.#unlist()
  }

  #unlist(): void {
    const { kinds, low, high } = withoutList(this.#summary())
    this.#kinds = kinds
    this.#low = low
    this.#high = high
    this.#counts.clear()
  }

  #summary(): FieldSummary {
    return {
      kinds: this.#kinds,
      eventCount: this.#eventCount,
      values: [...this.#counts],
      low: this.#low,
      high: this.#high,
    }
  }

  /** Of frames that have so many events in all. */
  finish(eventCount: number): FieldSummary {
    const { kinds, ...rest } = worthwhile(this.#summary())
    const everywhere = rest.eventCount === eventCount ? isEverywhere : 0
    return { kinds: (kinds & ~isEverywhere) | everywhere, ...rest }
  }
}
