import { lowBits, type Term } from './term-hash.ts'

const slotsMin = 1 << 12

/** Distinct terms, in an open-addressing table of integers; `clear` keeps the room. */
export class TermSet {
  #high = new Int32Array(slotsMin)
  /** One more than the low bits; 0 is an empty slot. */
  #low = new Int32Array(slotsMin)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** The two parts of a term, see `term-hash.ts`. */
  add(high: number, low: number): void {
    const mask = this.#low.length - 1
    let slot = high & mask
    while (this.#low[slot] !== 0) {
      if (this.#high[slot] === high && this.#low[slot] === low + 1) return
      slot = (slot + 1) & mask
    }
    this.#high[slot] = high
    this.#low[slot] = low + 1
    this.#size++
    if (2 * this.#size > mask) this.#grow()
  }

  has(term: Term): boolean {
    const high = Math.floor(term / 2 ** lowBits) | 0
    const low = (term % 2 ** lowBits) + 1
    const mask = this.#low.length - 1
    let slot = high & mask
    while (this.#low[slot] !== 0) {
      if (this.#high[slot] === high && this.#low[slot] === low) return true
      slot = (slot + 1) & mask
    }
    return false
  }

  /** In no order. */
  forEach(visit: (high: number, low: number) => void): void {
    for (let slot = 0; slot < this.#low.length; slot++) {
      if (this.#low[slot] !== 0) visit(this.#high[slot]!, this.#low[slot]! - 1)
    }
  }

  clear(): void {
    this.#low.fill(0)
    this.#size = 0
  }

  #grow(): void {
    const [high, low] = [this.#high, this.#low]
    this.#high = new Int32Array(2 * high.length)
    this.#low = new Int32Array(2 * low.length)
    this.#size = 0
    for (let slot = 0; slot < low.length; slot++) {
      if (low[slot] !== 0) this.add(high[slot]!, low[slot]! - 1)
    }
  }
}
