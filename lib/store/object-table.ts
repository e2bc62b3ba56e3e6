import { hash } from 'node:crypto'
import { storeLimits } from '../core/store-limits.ts'
import type { ListedObject, ListOptions } from './store.ts'

/** An object held in memory. */
export interface HeldObject {
  readonly bytes: Buffer
  /** A hash of the bytes, as S3 has it: old bytes bring their old etag back. */
  readonly etag: string
  readonly modifiedMicros: number
}

/** Objects by key, with their keys in order: what the stores that live in memory stand on. */
export class ObjectTable {
  readonly #objects = new Map<string, HeldObject>()
  readonly #keys: string[] = []

  get(key: string): HeldObject | undefined {
    return this.#objects.get(key)
  }

  /** Keeps a copy of the bytes. */
  put(key: string, bytes: Uint8Array, nowMicros: number): HeldObject {
    const object = { bytes: Buffer.from(bytes), etag: etagOf(bytes), modifiedMicros: nowMicros }
    if (!this.#objects.has(key)) this.#keys.splice(this.#positionOf(key), 0, key)
    this.#objects.set(key, object)
    return object
  }

  delete(key: string): void {
    if (this.#objects.delete(key)) this.#keys.splice(this.#positionOf(key), 1)
  }

  /** One page of keys in ascending order; ASCII, so the order of characters is that of bytes. */
  list(prefix: string, options: ListOptions): { objects: ListedObject[]; more: boolean } {
    const limit = Math.min(options.limit ?? storeLimits.listKeysMax, storeLimits.listKeysMax)
    const objects: ListedObject[] = []
    let position = this.#positionOf(prefix)
    if (options.startAfter !== undefined && options.startAfter >= prefix) {
      position = this.#positionOf(`${options.startAfter}\0`)
    }
    for (; position < this.#keys.length; position++) {
      const key = this.#keys[position]!
      if (!key.startsWith(prefix)) break
      if (objects.length === limit) return { objects, more: true }
      const { bytes, modifiedMicros } = this.#objects.get(key)!
      objects.push({ key, sizeBytes: bytes.length, modifiedMicros })
    }
    return { objects, more: false }
  }

  keys(): readonly string[] {
    return this.#keys
  }

  /** Where the key stands, or would stand. */
  #positionOf(key: string): number {
    let low = 0
    let high = this.#keys.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#keys[middle]! < key) low = middle + 1
      else high = middle
    }
    return low
  }
}

function etagOf(bytes: Uint8Array): string {
  return `"${hash('sha256', bytes, 'hex').slice(0, 32)}"`
}
