import { setTimeout as pause } from 'node:timers/promises'
import { storeLimits } from '../lib/core/store-limits.ts'
import type { Receipt } from '../lib/read/question.ts'
import { requestDollars } from '../lib/store/prices.ts'
import type {
  GetOptions,
  Listing,
  ListOptions,
  PutResult,
  Store,
  StoredObject,
} from '../lib/store/store.ts'

/** What a request was, as prices and latencies tell them apart. */
export type RequestKind = 'get' | 'unchanged' | 'list' | 'put' | 'delete'

/** One request that a store answered. */
export interface RecordedRequest {
  kind: RequestKind
  readonly key: string
  /** Bytes that came back, or were sent. */
  bytes: number
  /** It could begin only when all requests of the waves before had been answered. */
  readonly wave: number
}

/** A wave is over when nothing new was asked for this long. */
const quietMillis = 8

/**
 * A store that writes down every request as a graph. Asked to hold, it answers no request before
 * its program has nothing left to do but wait, and then all at once: what the program asks next did
 * depend on them. So the number of waves is the number of rounds, whatever the program says itself.
 */
export class RecordingStore implements Store {
  readonly url: string
  readonly #store: Store
  readonly #holds: boolean
  #requests: RecordedRequest[] = []
  #wave = 0
  #isWaiting = false
  #release: () => void = () => {}
  #released: Promise<void> = Promise.resolve()

  constructor(store: Store, options: { readonly holds: boolean }) {
    this.url = store.url
    this.#store = store
    this.#holds = options.holds
  }

  /** The requests since the last call, and begins anew. */
  take(): readonly RecordedRequest[] {
    const taken = this.#requests
    this.#requests = []
    this.#wave = 0
    return taken
  }

  async get(key: string, options?: GetOptions): Promise<StoredObject | undefined> {
    const request = await this.#begin('get', key)
    const object = await this.#store.get(key, options)
    request.bytes = object?.bytes.length ?? 0
    return object
  }

  async getIfChanged(key: string, etag: string): Promise<StoredObject | 'unchanged' | undefined> {
    const request = await this.#begin('get', key)
    const object = await this.#store.getIfChanged(key, etag)
    if (object === 'unchanged') request.kind = 'unchanged'
    else request.bytes = object?.bytes.length ?? 0
    return object
  }

  async create(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<PutResult> {
    await this.#beginPut(key, bytes)
    return this.#store.create(key, bytes, signal)
  }

  async replace(
    key: string,
    bytes: Uint8Array,
    etag: string,
    signal?: AbortSignal,
  ): Promise<PutResult> {
    await this.#beginPut(key, bytes)
    return this.#store.replace(key, bytes, etag, signal)
  }

  async list(prefix: string, options?: ListOptions): Promise<Listing> {
    await this.#begin('list', prefix)
    return this.#store.list(prefix, options)
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (let i = 0; i < keys.length; i += storeLimits.deleteKeysMax) {
      await this.#begin('delete', keys[i]!)
    }
    return this.#store.delete(keys)
  }

  /** A large object is sent in parts, each a request, as the S3 store does. */
  async #beginPut(key: string, bytes: Uint8Array): Promise<void> {
    const { singlePutBytesMax, putPartBytes } = storeLimits
    const isSingle = bytes.length <= singlePutBytesMax
    const count = isSingle ? 1 : Math.ceil(bytes.length / putPartBytes) + 2
    const begun = Array.from({ length: count }, () => this.#begin('put', key))
    for (const request of begun) (await request).bytes = bytes.length / count
  }

  async #begin(kind: RequestKind, key: string): Promise<RecordedRequest> {
    const request: RecordedRequest = { kind, key, bytes: 0, wave: this.#wave }
    this.#requests.push(request)
    if (this.#holds) {
      if (!this.#isWaiting) this.#startWave()
      await this.#released
    }
    return request
  }

  #startWave(): void {
    this.#isWaiting = true
    this.#released = new Promise(resolve => {
      this.#release = resolve
    })
    void this.#waitForQuiet()
  }

  async #waitForQuiet(): Promise<void> {
    let seen = -1
    while (seen !== this.#requests.length) {
      seen = this.#requests.length
      await pause(quietMillis)
    }
    this.#wave++
    this.#isWaiting = false
    this.#release()
  }
}

/** The waves of these requests: the longest chain. */
export function roundsOf(requests: readonly RecordedRequest[]): number {
  return new Set(requests.map(request => request.wave)).size
}

/** A conditional GET that finds nothing new is a GET all the same. */
export function countsOf(requests: readonly RecordedRequest[]): Receipt['requests'] {
  const count = (...kinds: readonly RequestKind[]) =>
    requests.filter(request => kinds.includes(request.kind)).length
  return {
    get: count('get', 'unchanged'),
    list: count('list'),
    put: count('put'),
    delete: count('delete'),
  }
}

export function dollarsOf(requests: readonly RecordedRequest[]): number {
  return requestDollars(countsOf(requests))
}

export function bytesOf(requests: readonly RecordedRequest[]): number {
  return requests.reduce((sum, request) => sum + request.bytes, 0)
}
