/**
 * Reads a stream of chunks in pieces of known length, and knows how far it is. What has been
 * looked at and not taken stays.
 */
export class ByteSource {
  readonly #chunks: AsyncIterator<Buffer>
  #held: Buffer = Buffer.alloc(0)
  #taken = 0

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** Bytes taken so far. */
  get position(): number {
    return this.#taken
  }

  /** The next `count` bytes without taking them; fewer at the end. For small counts. */
  async look(count: number): Promise<Buffer> {
    while (this.#held.length < count) {
      const next = await this.#chunks.next()
      if (next.done) break
      this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value])
    }
    return this.#held.subarray(0, count)
  }

  /** Takes `count` bytes at once; fewer at the end. For small counts. */
  async take(count: number): Promise<Buffer> {
    const bytes = await this.look(count)
    this.#drop(bytes.length)
    return bytes
  }

  /** Takes exactly `count` bytes; throws the error when there are fewer. For small counts. */
  async takeAll(count: number, error: () => Error): Promise<Buffer> {
    const bytes = await this.take(count)
    if (bytes.length < count) throw error()
    return bytes
  }

  /** Up to `countMax` bytes, as many as are at hand, without taking them; none at the end. */
  async lookSome(countMax: number): Promise<Buffer> {
    if (countMax > 0) await this.look(1)
    return this.#held.subarray(0, countMax)
  }

  /** Takes up to `countMax` bytes, as many as are at hand; none at the end. */
  async takeSome(countMax: number): Promise<Buffer> {
    const bytes = await this.lookSome(countMax)
    this.#drop(bytes.length)
    return bytes
  }

  /** Takes `count` bytes without keeping them; returns how many there were. */
  async skip(count: number): Promise<number> {
    let left = count
    while (left > 0) {
      const { length } = await this.takeSome(left)
      if (length === 0) break
      left -= length
    }
    return count - left
  }

  /** Everything from here on. */
  async *rest(): AsyncGenerator<Buffer> {
    for (;;) {
      const bytes = await this.takeSome(Number.MAX_SAFE_INTEGER)
      if (bytes.length === 0) return
      yield bytes
    }
  }

  #drop(count: number): void {
    this.#held = this.#held.subarray(count)
    this.#taken += count
  }
}
