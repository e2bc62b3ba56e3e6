/** Bits taken in at once: with those of a byte begun they are fewer than 32. */
const addBits = 24
const addScale = 2 ** addBits

/** Packs numbers into bytes, each from its lowest bit on into the lowest free bit. */
export class BitWriter {
  #bytes = Buffer.alloc(64 * 1024)
  #position = 0
  #pending = 0
  #pendingBits = 0

  /** Whole bytes so far; the bits behind them are not counted. */
  get sizeBytes(): number {
    return this.#position
  }

  /** A whole number below 2^bits, of at most 53 bits. */
  write(value: number, bits: number): void {
    let rest = value
    let left = bits
    for (; left > addBits; left -= addBits) {
      const high = Math.floor(rest / addScale)
      this.#add(rest - high * addScale, addBits)
      rest = high
    }
    this.#add(rest, left)
  }

  /** So many zeros and a one. */
  writeUnary(value: number): void {
    let left = value
    for (; left >= addBits; left -= addBits) this.#add(0, addBits)
    this.#add(1 << left, left + 1)
  }

  /** Fills the last byte with zeros. */
  align(): void {
    if (this.#pendingBits > 0) this.#add(0, 8 - this.#pendingBits)
  }

  /** A copy of the bytes written since the last time. Only when aligned. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#position))
    this.#position = 0
    return taken
  }

  #add(value: number, bits: number): void {
    this.#pending |= value << this.#pendingBits
    this.#pendingBits += bits
    while (this.#pendingBits >= 8) {
      if (this.#position === this.#bytes.length) this.#grow()
      this.#bytes[this.#position++] = this.#pending & 0xff
      this.#pending >>>= 8
      this.#pendingBits -= 8
    }
  }

  #grow(): void {
    const larger = Buffer.alloc(2 * this.#bytes.length)
    this.#bytes.copy(larger)
    this.#bytes = larger
  }
}
