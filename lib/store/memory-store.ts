import type { Clock } from '../core/clock.ts'
import { assertByteRange, rangeWithin } from './byte-range.ts'
import { assertKeyPrefix, assertObjectKey } from './object-key.ts'
import { ObjectTable } from './object-table.ts'
import type { GetOptions, Listing, ListOptions, PutResult, Store, StoredObject } from './store.ts'

/** A store that lives and dies with the process. It never fails and does everything at once. */
export class MemoryStore implements Store {
  readonly url = 'memory:'
  readonly #clock: Clock
  readonly #table = new ObjectTable()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async get(key: string, options: GetOptions = {}): Promise<StoredObject | undefined> {
    options.signal?.throwIfAborted()
    assertObjectKey(key)
    assertByteRange(options.range)
    const held = this.#table.get(key)
    if (!held) return undefined
    const { start, end } = rangeWithin(options.range, held.bytes.length)
    const bytes = Buffer.from(held.bytes.subarray(start, end))
    return { bytes, etag: held.etag, sizeBytes: held.bytes.length }
  }

  async getIfChanged(key: string, etag: string): Promise<StoredObject | 'unchanged' | undefined> {
    const object = await this.get(key)
    return object?.etag === etag ? 'unchanged' : object
  }

  async create(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<PutResult> {
    signal?.throwIfAborted()
    assertObjectKey(key)
    const storeTimeMicros = this.#clock.nowMicros()
    if (this.#table.get(key)) return { outcome: 'refused', storeTimeMicros }
    const { etag } = this.#table.put(key, bytes, storeTimeMicros)
    return { outcome: 'stored', etag, storeTimeMicros }
  }

  async replace(
    key: string,
    bytes: Uint8Array,
    etag: string,
    signal?: AbortSignal,
  ): Promise<PutResult> {
    signal?.throwIfAborted()
    assertObjectKey(key)
    const storeTimeMicros = this.#clock.nowMicros()
    const held = this.#table.get(key)
    if (!held) return { outcome: 'missing', storeTimeMicros }
    if (held.etag !== etag) return { outcome: 'refused', storeTimeMicros }
    const stored = this.#table.put(key, bytes, storeTimeMicros)
    return { outcome: 'stored', etag: stored.etag, storeTimeMicros }
  }

  async list(prefix: string, options: ListOptions = {}): Promise<Listing> {
    options.signal?.throwIfAborted()
    assertKeyPrefix(prefix)
    return { ...this.#table.list(prefix, options), storeTimeMicros: this.#clock.nowMicros() }
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) assertObjectKey(key)
    for (const key of keys) this.#table.delete(key)
  }
}
