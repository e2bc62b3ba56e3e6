import { lowBits, type Term } from './term-hash.ts'

const slotsMin = 1 << 12
/** Words of a slot: the two parts of the term, events, the line seen last, mask of fields. */
const slotWords = 5
const lowWord = 1
const countWord = 2
const lineWord = 3
const maskWord = 4

/** The mask of a field that has no bit of its own: of all but the first 31 of a run. */
export const otherFields = 1 << 31

/**
 * The distinct terms of a frame, each with the number of its lines that have it and the fields it
 * is in, one bit each. An open-addressing table of integers; `clear` keeps the room.
 */
export class TermSet {
  #slots = new Int32Array(slotsMin * slotWords)
  #mask = slotsMin - 1
  #size = 0
  #line = 0
  #fieldMask = otherFields

  get size(): number {
    return this.#size
  }

  /**
   * What is added from here on stands in this line of the frame, in fields of this mask. All terms
   * of a line come before those of the next.
   */
  at(line: number, fieldMask: number): void {
    this.#line = line
    this.#fieldMask = fieldMask
  }

  /** The two parts of a term, see `term-hash.ts`. */
  add(high: number, low: number): void {
    const at = this.#find(high, low)
    const slots = this.#slots
    if (slots[at + countWord] === 0) {
      slots[at] = high
      slots[at + lowWord] = low
      slots[at + countWord] = 1
      slots[at + lineWord] = this.#line
      slots[at + maskWord] = this.#fieldMask
      this.#size++
      if (2 * this.#size > this.#mask) this.#grow()
      return
    }
    slots[at + maskWord]! |= this.#fieldMask
    if (slots[at + lineWord] === this.#line) return
    slots[at + lineWord] = this.#line
    slots[at + countWord]!++
  }

  addTerm(term: Term): void {
    this.add(Math.floor(term / 2 ** lowBits) | 0, term % 2 ** lowBits)
  }

  has(term: Term): boolean {
    const at = this.#find(Math.floor(term / 2 ** lowBits) | 0, term % 2 ** lowBits)
    return this.#slots[at + countWord] !== 0
  }

  /** In no order. */
  forEach(visit: (high: number, low: number, eventCount: number, fieldMask: number) => void): void {
    const slots = this.#slots
    for (let at = 0; at < slots.length; at += slotWords) {
      const count = slots[at + countWord]!
      if (count !== 0) visit(slots[at]!, slots[at + lowWord]!, count, slots[at + maskWord]!)
    }
  }

  clear(): void {
    this.#slots.fill(0)
    this.#size = 0
  }

  /** Where the term is, or the free slot it belongs into. */
  #find(high: number, low: number): number {
    const slots = this.#slots
    let slot = high & this.#mask
    for (;;) {
      const at = slot * slotWords
      if (slots[at + countWord] === 0) return at
      if (slots[at] === high && slots[at + lowWord] === low) return at
      slot = (slot + 1) & this.#mask
    }
  }

  #grow(): void {
    const from = this.#slots
    this.#slots = new Int32Array(2 * from.length)
    this.#mask = 2 * this.#mask + 1
    for (let at = 0; at < from.length; at += slotWords) {
      if (from[at + countWord] === 0) continue
      const to = this.#find(from[at]!, from[at + lowWord]!)
      for (let word = 0; word < slotWords; word++) this.#slots[to + word] = from[at + word]!
    }
  }
}
