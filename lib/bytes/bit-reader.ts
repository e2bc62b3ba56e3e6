import { ArchiveError } from '../core/errors.ts'

/** Reads what `BitWriter` wrote. Throws `corrupt` instead of reading past the end. */
export class BitReader {
  readonly #bytes: Uint8Array
  readonly #endBit: number
  #bit: number

  constructor(bytes: Uint8Array, startByte = 0) {
    this.#bytes = bytes
    this.#bit = 8 * startByte
    this.#endBit = 8 * bytes.length
  }

  /** At most 53 bits. */
  read(bits: number): number {
    let value = 0
    let scale = 1
    let left = bits
    while (left > 0) {
      const taken = Math.min(left, 16)
      value += this.#take(taken) * scale
      scale *= 2 ** taken
      left -= taken
    }
    return value
  }

  readUnary(): number {
    let zeros = 0
    for (;;) {
      const available = Math.min(16, this.#endBit - this.#bit)
      if (available <= 0) throw this.#ended()
      const bits = this.#peek() & ((1 << available) - 1)
      if (bits === 0) {
        zeros += available
        this.#bit += available
        continue
      }
      const found = 31 - Math.clz32(bits & -bits)
      this.#bit += found + 1
      return zeros + found
    }
  }

  skip(bits: number): void {
    if (this.#bit + bits > this.#endBit) throw this.#ended()
    this.#bit += bits
  }

  get bitsLeft(): number {
    return this.#endBit - this.#bit
  }

  /** Whether only the zeros are left that fill the last byte. */
  get atEnd(): boolean {
    const left = this.bitsLeft
    return left < 8 && (left === 0 || (this.#peek() & ((1 << left) - 1)) === 0)
  }

  #take(bits: number): number {
    if (this.#bit + bits > this.#endBit) throw this.#ended()
    const value = this.#peek() & ((1 << bits) - 1)
    this.#bit += bits
    return value
  }

  /** At least 16 bits from the position on; what lies behind the end is zero. */
  #peek(): number {
    const bytes = this.#bytes
    const at = this.#bit >>> 3
    const three = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)
    return three >>> (this.#bit & 7)
  }

  #ended(): ArchiveError {
    return new ArchiveError('corrupt', `${this.#bytes.length} bytes end in the middle of a number`)
  }
}
