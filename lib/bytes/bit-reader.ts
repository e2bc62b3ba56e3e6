import { ArchiveError } from '../core/errors.ts'

/** Bits that are at hand at once, wherever in a byte they begin. */
const peekBits = 25

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
    if (bits <= peekBits) return this.#take(bits)
    const low = this.#take(peekBits)
    if (bits <= 2 * peekBits) return low + this.#take(bits - peekBits) * 2 ** peekBits
    const middle = this.#take(peekBits)
    const high = this.#take(bits - 2 * peekBits)
    return low + (middle + high * 2 ** peekBits) * 2 ** peekBits
  }

  readUnary(): number {
    let zeros = 0
    for (;;) {
      const available = Math.min(peekBits, this.#endBit - this.#bit)
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

  /** At least `peekBits` from the position on; what lies behind the end is zero. */
  #peek(): number {
    const bytes = this.#bytes
    const at = this.#bit >>> 3
    const four =
      bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    return four >>> (this.#bit & 7)
  }

  #ended(): ArchiveError {
    return new ArchiveError('corrupt', `${this.#bytes.length} bytes end in the middle of a number`)
  }
}
