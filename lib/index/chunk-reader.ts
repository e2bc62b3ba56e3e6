/** Bytes [start, end) of the object of a part of an index, fewer where the object ends. */
export type ReadPart = (part: number, start: number, end: number) => Promise<Buffer>

/** Reads ranges that mostly follow each other, and ahead of them. */
export class ChunkReader {
  readonly #read: ReadPart
  readonly #aheadBytes: number
  #part = -1
  #start = 0
  #chunk: Buffer = Buffer.alloc(0)

  constructor(read: ReadPart, aheadBytes: number) {
    this.#read = read
    this.#aheadBytes = aheadBytes
  }

  /** Bytes [start, end); what is fetched with them ends at the limit. */
  async read(part: number, start: number, end: number, limit: number): Promise<Buffer> {
    const isHere =
      part === this.#part && start >= this.#start && end <= this.#start + this.#chunk.length
    if (!isHere) {
      const chunkEnd = Math.min(limit, Math.max(end, start + this.#aheadBytes))
      this.#chunk = await this.#read(part, start, chunkEnd)
      this.#part = part
      this.#start = start
    }
    return this.#chunk.subarray(start - this.#start, end - this.#start)
  }
}
