import { assertByteRange, rangeWithin } from '../../lib/store/byte-range.ts'
import { assertKeyPrefix, assertObjectKey } from '../../lib/store/object-key.ts'
import type { ObjectTable } from '../../lib/store/object-table.ts'
import type {
  GetOptions,
  Listing,
  ListOptions,
  PutResult,
  Store,
  StoredObject,
} from '../../lib/store/store.ts'
import type { Call } from './faults.ts'

/** Carries one request of one process to the objects and its answer back, or does not. */
export type Send = <Answer>(
  call: Omit<Call, 'number' | 'process'>,
  apply: () => Answer,
  signal: AbortSignal | undefined,
) => Promise<Answer>

/** What all views of one simulated store share. */
export interface SimulatedObjects {
  readonly table: ObjectTable
  readonly pageSize: number
  /** The store's clock as its `Date` header shows it: whole seconds. */
  nowMicros(): number
}

/**
 * One process's view of a store that behaves as strictly as S3 does and no more kindly: conditions
 * are judged when the request arrives, etags are hashes of the content, every page of a listing is
 * a request of its own. `apply` of a request may run late, twice or never; see `World`.
 */
export class SimulatedStore implements Store {
  readonly url = 'simulated:'
  readonly #objects: SimulatedObjects
  readonly #send: Send

  constructor(objects: SimulatedObjects, send: Send) {
    this.#objects = objects
    this.#send = send
  }

  async get(key: string, options: GetOptions = {}): Promise<StoredObject | undefined> {
    assertObjectKey(key)
    assertByteRange(options.range)
    const call = { kind: 'get', key, keys: [key], sizeBytes: 0 } as const
    return this.#send(call, () => this.#read(key, options.range), options.signal)
  }

  async getIfChanged(key: string, etag: string): Promise<StoredObject | 'unchanged' | undefined> {
    assertObjectKey(key)
    const call = { kind: 'getIfChanged', key, keys: [key], sizeBytes: 0 } as const
    const apply = () => {
      const found = this.#read(key, undefined)
      return found?.etag === etag ? 'unchanged' : found
    }
    return this.#send(call, apply, undefined)
  }

  async create(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<PutResult> {
    assertObjectKey(key)
    const sent = Buffer.from(bytes)
    const call = { kind: 'create', key, keys: [key], sizeBytes: sent.length } as const
    return this.#send(call, () => this.#create(key, sent), signal)
  }

  async replace(
    key: string,
    bytes: Uint8Array,
    etag: string,
    signal?: AbortSignal,
  ): Promise<PutResult> {
    assertObjectKey(key)
    const sent = Buffer.from(bytes)
    const call = { kind: 'replace', key, keys: [key], sizeBytes: sent.length } as const
    return this.#send(call, () => this.#replace(key, sent, etag), signal)
  }

  async list(prefix: string, options: ListOptions = {}): Promise<Listing> {
    assertKeyPrefix(prefix)
    const call = { kind: 'list', key: prefix, keys: [], sizeBytes: 0 } as const
    return this.#send(call, () => this.#list(prefix, options), options.signal)
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) assertObjectKey(key)
    if (keys.length === 0) return
    const call = { kind: 'delete', key: keys[0]!, keys, sizeBytes: 0 } as const
    const apply = () => {
      for (const key of keys) this.#objects.table.delete(key)
    }
    return this.#send(call, apply, undefined)
  }

  #read(key: string, range: GetOptions['range']): StoredObject | undefined {
    const held = this.#objects.table.get(key)
    if (!held) return undefined
    const { start, end } = rangeWithin(range, held.bytes.length)
    const bytes = Buffer.from(held.bytes.subarray(start, end))
    return { bytes, etag: held.etag, sizeBytes: held.bytes.length }
  }

  #create(key: string, bytes: Buffer): PutResult {
    const storeTimeMicros = this.#objects.nowMicros()
    if (this.#objects.table.get(key)) return { outcome: 'refused', storeTimeMicros }
    const { etag } = this.#objects.table.put(key, bytes, storeTimeMicros)
    return { outcome: 'stored', etag, storeTimeMicros }
  }

  #replace(key: string, bytes: Buffer, etag: string): PutResult {
    const storeTimeMicros = this.#objects.nowMicros()
    const held = this.#objects.table.get(key)
    if (!held) return { outcome: 'missing', storeTimeMicros }
    if (held.etag !== etag) return { outcome: 'refused', storeTimeMicros }
    const stored = this.#objects.table.put(key, bytes, storeTimeMicros)
    return { outcome: 'stored', etag: stored.etag, storeTimeMicros }
  }

  #list(prefix: string, options: ListOptions): Listing {
    const limit = Math.min(options.limit ?? this.#objects.pageSize, this.#objects.pageSize)
    const page = this.#objects.table.list(prefix, { ...options, limit })
    return { ...page, storeTimeMicros: this.#objects.nowMicros() }
  }
}
