import { LRUCache } from 'lru-cache'
import { type ByteRange, rangeWithin } from './byte-range.ts'
import type { StoredObject } from './store.ts'

/** A run of bytes of one object. */
interface Piece extends StoredObject {
  readonly key: string
  readonly start: number
}

/**
 * Bytes of objects, the most recently used of them, bounded in bytes. Shared by all questions of a
 * process. Its bytes belong to everybody: nobody writes to them.
 */
export class ObjectCache {
  readonly #pieces: LRUCache<string, Piece>
  readonly #piecesOf = new Map<string, Set<Piece>>()
  readonly #coming = new Map<string, Promise<StoredObject | undefined>>()

  constructor(sizeBytes: number) {
    this.#pieces = new LRUCache({
      maxSize: Math.max(1, sizeBytes),
      // No single piece may push out everything else.
      maxEntrySize: Math.max(1, Math.floor(sizeBytes / 4)),
      sizeCalculation: piece => piece.bytes.length + 200,
      dispose: piece => this.#forget(piece),
    })
  }

  /** The range, if one piece holds all of it. */
  get(key: string, range: ByteRange): StoredObject | undefined {
    for (const piece of this.#piecesOf.get(key) ?? []) {
      const { start, end } = rangeWithin(range, piece.sizeBytes)
      if (start < piece.start || end > piece.start + piece.bytes.length) continue
      this.#pieces.get(nameOf(piece))
      const bytes = piece.bytes.subarray(start - piece.start, end - piece.start)
      return { bytes, etag: piece.etag, sizeBytes: piece.sizeBytes }
    }
    return undefined
  }

  /**
   * What the store answers to this range, asked for once by all who want it meanwhile. Each of them
   * asks for himself when that fails: it may have been called off by the one who asked.
   */
  async fetch(
    key: string,
    range: ByteRange,
    ask: () => Promise<StoredObject | undefined>,
  ): Promise<StoredObject | undefined> {
    const name = `${key} ${JSON.stringify(range)}`
    const coming = this.#coming.get(name)
    if (coming) {
      const object = await coming.catch(() => undefined)
      if (object) return object
    }
    const asked = ask()
    this.#coming.set(name, asked)
    try {
      const object = await asked
      if (object) this.put(key, range, object)
      return object
    } finally {
      if (this.#coming.get(name) === asked) this.#coming.delete(name)
    }
  }

  /** Keeps what the store answered to this range. */
  put(key: string, range: ByteRange, object: StoredObject): void {
    const { start, end } = rangeWithin(range, object.sizeBytes)
    if (object.bytes.length !== end - start) return // damaged: the next reader may have more luck
    const piece = { ...object, key, start }
    this.#pieces.set(nameOf(piece), piece)
    if (this.#pieces.peek(nameOf(piece)) !== piece) return
    const pieces = this.#piecesOf.get(key) ?? new Set()
    this.#piecesOf.set(key, pieces.add(piece))
  }

  /** Forgets the object, because it has changed or its bytes turned out to be damaged. */
  drop(key: string): void {
    for (const piece of this.#piecesOf.get(key) ?? []) this.#pieces.delete(nameOf(piece))
  }

  #forget(piece: Piece): void {
    const pieces = this.#piecesOf.get(piece.key)
    pieces?.delete(piece)
    if (pieces?.size === 0) this.#piecesOf.delete(piece.key)
  }
}

function nameOf(piece: Piece): string {
  return `${piece.key} ${piece.start} ${piece.bytes.length}`
}
