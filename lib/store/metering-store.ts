import type { Clock } from '../core/clock.ts'
import { storeLimits } from '../core/settings.ts'
import type { Receipt } from '../read/question.ts'
import { requestDollars } from './prices.ts'
import type { GetOptions, Listing, ListOptions, PutResult, Store, StoredObject } from './store.ts'

/** A store that keeps the receipt of one question. */
export interface MeteredStore extends Store {
  /**
   * What follows depends on what was answered so far. Requests between two calls count as made at
   * once, but for the pages of one listing, which are a chain by nature.
   */
  nextRound(): void
  /** What was asked of the store since `meter`. */
  receipt(): Receipt
}

/**
 * Counts what one question asks of the store. It goes below the cache, so that only real requests
 * count: `cached(meter(store, clock), cache)`. A request that the store had to repeat counts once.
 */
export function meter(store: Store, clock: Clock): MeteredStore {
  return new Meter(store, clock)
}

class Meter implements MeteredStore {
  readonly url: string
  readonly #store: Store
  readonly #clock: Clock
  readonly #startMicros: number
  readonly #requests = { get: 0, list: 0, put: 0, delete: 0 }
  #bytesRead = 0
  #bytesWritten = 0
  /** Rounds that were over when this one began. */
  #roundsBefore = 0
  #rounds = 0
  /** Round of each listed page by its prefix and last key: where the next page follows. */
  readonly #pages = new Map<string, number>()

  constructor(store: Store, clock: Clock) {
    this.url = store.url
    this.#store = store
    this.#clock = clock
    this.#startMicros = clock.nowMicros()
  }

  nextRound(): void {
    this.#roundsBefore = this.#rounds
    this.#pages.clear()
  }

  receipt(): Receipt {
    return {
      requests: { ...this.#requests },
      rounds: this.#rounds,
      bytesRead: this.#bytesRead,
      bytesWritten: this.#bytesWritten,
      dollars: requestDollars(this.#requests),
      millis: (this.#clock.nowMicros() - this.#startMicros) / 1000,
    }
  }

  async get(key: string, options?: GetOptions): Promise<StoredObject | undefined> {
    this.#count('get', 1)
    const object = await this.#store.get(key, options)
    this.#bytesRead += object?.bytes.length ?? 0
    return object
  }

  async getIfChanged(key: string, etag: string): Promise<StoredObject | 'unchanged' | undefined> {
    this.#count('get', 1)
    const object = await this.#store.getIfChanged(key, etag)
    if (object && object !== 'unchanged') this.#bytesRead += object.bytes.length
    return object
  }

  create(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<PutResult> {
    this.#countPut(bytes)
    return this.#store.create(key, bytes, signal)
  }

  replace(key: string, bytes: Uint8Array, etag: string, signal?: AbortSignal): Promise<PutResult> {
    this.#countPut(bytes)
    return this.#store.replace(key, bytes, etag, signal)
  }

  async list(prefix: string, options: ListOptions = {}): Promise<Listing> {
    const round = this.#pages.get(`${prefix} ${options.startAfter}`) ?? this.#roundsBefore
    this.#count('list', 1, round)
    const page = await this.#store.list(prefix, options)
    const last = page.objects.at(-1)
    if (page.more && last) this.#pages.set(`${prefix} ${last.key}`, round + 1)
    return page
  }

  delete(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) this.#count('delete', Math.ceil(keys.length / storeLimits.deleteKeysMax))
    return this.#store.delete(keys)
  }

  #countPut(bytes: Uint8Array): void {
    const isSingle = bytes.length <= storeLimits.singlePutBytesMax
    this.#count('put', isSingle ? 1 : Math.ceil(bytes.length / storeLimits.putPartBytes) + 2)
    this.#bytesWritten += bytes.length
  }

  #count(type: keyof Receipt['requests'], count: number, roundsBefore = this.#roundsBefore): void {
    this.#requests[type] += count
    this.#rounds = Math.max(this.#rounds, roundsBefore + 1)
  }
}
