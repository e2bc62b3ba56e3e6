import { BitWriter } from '../bytes/bit-writer.ts'
import { type PostingHead, type Postings, PostingWriter } from './postings.ts'
import { checksumOf, type Place } from './term-page.ts'

export const listHeadBytes = 4

/** What lies behind the pages of an object, each with its checksum before it. */
export class ListArea {
  readonly owner: string
  readonly #start: number
  readonly #pieces: Buffer[] = []
  readonly #bits = new BitWriter()
  #sizeBytes = 0

  /** Begins at this byte of the owner's object. */
  constructor(owner: string, start: number) {
    this.owner = owner
    this.#start = start
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  add(bytes: Buffer): Place {
    const place = {
      start: this.#start + this.#sizeBytes,
      sizeBytes: listHeadBytes + bytes.length,
    }
    const head = Buffer.alloc(listHeadBytes)
    head.writeUInt32LE(checksumOf(this.owner, place.start, bytes))
    this.#pieces.push(head, bytes)
    this.#sizeBytes += place.sizeBytes
    return place
  }

  addPostings(head: PostingHead, postings: Postings, indexFrames: number): Place {
    writePostings(this.#bits, head, postings, indexFrames)
    this.#bits.align()
    return this.add(this.#bits.take())
  }

  pieces(): readonly Buffer[] {
    return this.#pieces
  }
}

export function writePostings(
  out: BitWriter,
  head: PostingHead,
  { frames, counts }: Postings,
  indexFrames: number,
): void {
  const writer = new PostingWriter(out, head, indexFrames)
  for (let i = 0; i < frames.length; i++) writer.add(frames[i]!, counts[i]!)
}
