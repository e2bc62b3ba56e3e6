/** One line of a file without its line end (`\n` or `\r\n`). */
export interface Line {
  readonly bytes: Buffer
  /** One-based. */
  readonly number: number
  /** Set on a line that passed the limit: its length; `bytes` holds its beginning only. */
  readonly tooLongBytes?: number
}

const lineFeed = 0x0a
const carriageReturn = 0x0d

/**
 * Cuts chunks into lines. A line longer than `lineBytesMax` is skipped without being held in
 * memory and still has its number.
 */
export class LineSplitter {
  readonly #lineBytesMax: number
  #held: Buffer[] = []
  #heldBytes = 0
  #number = 1

  constructor(lineBytesMax: number) {
    this.#lineBytesMax = lineBytesMax
  }

  push(chunk: Buffer): Line[] {
    const lines: Line[] = []
    let start = 0
    for (;;) {
      const end = chunk.indexOf(lineFeed, start)
      if (end < 0) break
      lines.push(this.#finish(chunk.subarray(start, end)))
      start = end + 1
    }
    this.#hold(chunk.subarray(start))
    return lines
  }

  /** The last line when no line feed ends it. */
  end(): Line | undefined {
    return this.#heldBytes > 0 ? this.#finish(Buffer.alloc(0)) : undefined
  }

  #hold(part: Buffer): void {
    if (part.length > 0 && this.#heldBytes <= this.#lineBytesMax) this.#held.push(part)
    this.#heldBytes += part.length
  }

  #finish(last: Buffer): Line {
    const number = this.#number++
    if (this.#heldBytes + last.length > this.#lineBytesMax + 1) {
      const tooLongBytes = this.#heldBytes + last.length
      const beginning = this.#held[0] ?? last
      this.#forget()
      return { bytes: beginning.subarray(0, 200), number, tooLongBytes }
    }
    const whole = this.#heldBytes === 0 ? last : Buffer.concat([...this.#held, last])
    this.#forget()
    const bytes = whole.at(-1) === carriageReturn ? whole.subarray(0, -1) : whole
    return { bytes, number }
  }

  #forget(): void {
    this.#held = []
    this.#heldBytes = 0
  }
}

/** The lines of a sample that are not blank. */
export function sampleLines(sample: Buffer): Buffer[] {
  const splitter = new LineSplitter(sample.length)
  const lines = splitter.push(sample)
  const last = splitter.end()
  if (last) lines.push(last)
  return lines.map(line => line.bytes).filter(bytes => !isBlank(bytes))
}

export function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09) return false
  return true
}
