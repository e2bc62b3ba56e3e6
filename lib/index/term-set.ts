import { lowBits, type Term } from './term-hash.ts'

const slotsMin = 1 << 12
/** Words of an entry: the two parts of the term, events, the line seen last, mask of fields. */
const entryWords = 5
const lowWord = 1
const countWord = 2
const lineWord = 3
const maskWord = 4

/** The mask of a field that has no bit of its own: of all but the first 31 of a run. */
export const otherFields = 1 << 31

/**
 * The distinct terms of a frame, each with the number of its lines that have it and the fields it
 * is in, one bit each. Entries in the order of arrival, found by an open-addressing table of their
 * numbers: few enough bytes for a core's cache. `clear` keeps the room.
 */
export class TermSet {
  /** For each slot 0, or where its entry begins, in words and one more. */
  #slots = new Int32Array(slotsMin)
  #mask = slotsMin - 1
  #entries = new Int32Array((slotsMin / 2) * entryWords)
  #endWord = 0
  #line = 0
  #fieldMask = otherFields

  get size(): number {
    return this.#endWord / entryWords
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
    const slots = this.#slots
    const entries = this.#entries
    const mask = this.#mask
    let slot = high & mask
    for (let held = slots[slot]!; held !== 0; held = slots[slot]!) {
      const at = held - 1
      if (entries[at] === high && entries[at + lowWord] === low) {
        entries[at + maskWord]! |= this.#fieldMask
        if (entries[at + lineWord] === this.#line) return
        entries[at + lineWord] = this.#line
        entries[at + countWord]!++
        return
      }
      slot = (slot + 1) & mask
    }
    this.#insert(slot, high, low)
  }

  #insert(slot: number, high: number, low: number): void {
    const entries = this.#entries
    const at = this.#endWord
    entries[at] = high
    entries[at + lowWord] = low
    entries[at + countWord] = 1
    entries[at + lineWord] = this.#line
    entries[at + maskWord] = this.#fieldMask
    this.#slots[slot] = at + 1
    this.#endWord += entryWords
    if (this.#endWord === entries.length) this.#grow()
  }

  addTerm(term: Term): void {
    this.add(Math.floor(term / 2 ** lowBits) | 0, term % 2 ** lowBits)
  }

  has(term: Term): boolean {
    const high = Math.floor(term / 2 ** lowBits) | 0
    const low = term % 2 ** lowBits
    let slot = high & this.#mask
    for (let held = this.#slots[slot]!; held !== 0; held = this.#slots[slot]!) {
      if (this.#entries[held - 1] === high && this.#entries[held - 1 + lowWord] === low) return true
      slot = (slot + 1) & this.#mask
    }
    return false
  }

  /** In the order of their first lines. */
  forEach(visit: (high: number, low: number, eventCount: number, fieldMask: number) => void): void {
    const entries = this.#entries
    for (let at = 0; at < this.#endWord; at += entryWords) {
      const count = entries[at + countWord]!
      visit(entries[at]!, entries[at + lowWord]!, count, entries[at + maskWord]!)
    }
  }

  clear(): void {
    this.#slots.fill(0)
    this.#endWord = 0
  }

  /** Twice the room; half of the slots stay free. */
  #grow(): void {
    const entries = new Int32Array(2 * this.#entries.length)
    entries.set(this.#entries)
    this.#entries = entries
    this.#slots = new Int32Array(2 * this.#slots.length)
    this.#mask = this.#slots.length - 1
    for (let at = 0; at < this.#endWord; at += entryWords) {
      let slot = entries[at]! & this.#mask
      while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask
      this.#slots[slot] = at + 1
    }
  }
}
