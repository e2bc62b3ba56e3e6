import { ArchiveError } from '../core/errors.ts'

/** Puts numbers and bytes behind each other; a number takes seven bits a byte, the lowest first. */
export class VarintWriter {
  #bytes = Buffer.alloc(1024)
  #position = 0

  /** A whole number from 0 to 2^53 - 1. */
  write(value: number): void {
    this.#makeRoom(8)
    let rest = value
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
      this.#bytes[this.#position++] = (rest % 0x80) | 0x80
    }
    this.#bytes[this.#position++] = rest
  }

  writeBytes(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length)
    this.#bytes.set(bytes, this.#position)
    this.#position += bytes.length
  }

  /** The bytes so far; valid until the next write. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#position)
  }

  #makeRoom(sizeBytes: number): void {
    if (this.#position + sizeBytes <= this.#bytes.length) return
    const larger = Buffer.alloc(2 * this.#bytes.length + sizeBytes)
    this.#bytes.copy(larger)
    this.#bytes = larger
  }
}

/** Reads back what `VarintWriter` wrote. Throws `corrupt` where the bytes end too early. */
export class VarintReader {
  readonly #bytes: Buffer
  #position = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  read(): number {
    let value = 0
    for (let unit = 1; unit < 2 ** 53; unit *= 0x80) {
      const byte = this.#bytes[this.#position++]
      if (byte === undefined) throw this.#fault('a number')
      value += (byte & 0x7f) * unit
      if (byte < 0x80) return value
    }
    throw this.#fault('a number below 2^53')
  }

  /** How many things follow, and so many more that do not: each has a byte at least. */
  readCount(more = 0): number {
    const count = this.read()
    this.checkCount(count - more)
    return count
  }

  /** The count itself. Throws `corrupt` for more things than there are bytes for. */
  checkCount(count: number): number {
    if (count > this.#bytes.length - this.#position) throw this.#fault(`${count} things`)
    return count
  }

  /** Not copied. */
  readBytes(sizeBytes: number): Buffer {
    const start = this.#position
    if (sizeBytes > this.#bytes.length - start) throw this.#fault(`${sizeBytes} bytes`)
    this.#position += sizeBytes
    return this.#bytes.subarray(start, this.#position)
  }

  /** All that is left. */
  readRest(): Buffer {
    return this.readBytes(this.#bytes.length - this.#position)
  }

  #fault(what: string): ArchiveError {
    return new ArchiveError('corrupt', `expected ${what} at ${this.#position}, found none`)
  }
}
