import type { Term } from './term-hash.ts'

const sizeMin = 1024

/** Rare terms with frame and fields, in columns; `clear` keeps the room. */
export class RareTerms {
  #terms = new Float64Array(sizeMin)
  #frames = new Uint32Array(sizeMin)
  #masks = new Int32Array(sizeMin)
  #size = 0

  get size(): number {
    return this.#size
  }

  add(term: Term, frame: number, fieldMask: number): void {
    if (this.#size === this.#terms.length) this.#grow()
    this.#terms[this.#size] = term
    this.#frames[this.#size] = frame
    this.#masks[this.#size++] = fieldMask
  }

  term(position: number): Term {
    return this.#terms[position]!
  }

  frame(position: number): number {
    return this.#frames[position]!
  }

  fieldMask(position: number): number {
    return this.#masks[position]!
  }

  clear(): void {
    this.#size = 0
  }

  /**
   * The positions in order of the terms, which all lie in [start, end); equal terms as they came.
   * Hashes are spread evenly, so that nearly all are in place once they are parted by size.
   */
  order(start: Term, end: Term): Uint32Array {
    const size = this.#size
    const scale = size / (end - start)
    const slots = new Uint32Array(size)
    const places = new Uint32Array(size + 1)
    for (let position = 0; position < size; position++) {
      const slot = Math.min(size - 1, Math.floor((this.#terms[position]! - start) * scale))
      slots[position] = slot
      places[slot + 1]!++
    }
    for (let slot = 1; slot <= size; slot++) places[slot]! += places[slot - 1]!
    const order = new Uint32Array(size)
    for (let position = 0; position < size; position++) {
      order[places[slots[position]!]!++] = position
    }
    return this.#sortInPlace(order)
  }

  #sortInPlace(order: Uint32Array): Uint32Array {
    for (let at = 1; at < order.length; at++) {
      const position = order[at]!
      const term = this.#terms[position]!
      let to = at
      for (; to > 0 && this.#terms[order[to - 1]!]! > term; to--) order[to] = order[to - 1]!
      order[to] = position
    }
    return order
  }

  #grow(): void {
    const [terms, frames, masks] = [this.#terms, this.#frames, this.#masks]
    this.#terms = new Float64Array(2 * this.#size)
    this.#frames = new Uint32Array(2 * this.#size)
    this.#masks = new Int32Array(2 * this.#size)
    this.#terms.set(terms)
    this.#frames.set(frames)
    this.#masks.set(masks)
  }
}
