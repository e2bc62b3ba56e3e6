import type { Clock } from '../core/clock.ts'
import { storeLimits } from '../core/store-limits.ts'
import type { Budget, Receipt } from '../read/question.ts'
import { type BudgetLimit, BudgetSpent, getsLeft, limitPassed } from './budget.ts'
import { hedged, lateAfter } from './hedge.ts'
import { requestDollars, scanDollars } from './prices.ts'
import type { GetOptions, Listing, ListOptions, PutResult, Store, StoredObject } from './store.ts'

/** A store that keeps the receipt of one question, and its budget. */
export interface MeteredStore extends Store {
  /**
   * What follows depends on what was answered so far. Requests between two calls count as made at
   * once, but for the pages of one listing, which are a chain by nature.
   */
  nextRound(): void
  /** The store for a request that the next ones do not wait for, until `joinAside`. */
  aside(): Pick<Store, 'url' | 'get' | 'getIfChanged' | 'list'>
  joinAside(): void
  /** What was asked of the store since `meter`. */
  receipt(): Receipt
  /** How many more GETs the budget has room for, and how many bytes. */
  left(): { readonly gets: number; readonly bytes: number }
  /**
   * Counts a call of a function that asks the store itself, as the most it may cost, until the tab
   * is settled; `undefined`: the budget has no room for it.
   */
  openTab(most: CallCost): Tab | undefined
}

/** What one call of a function took, besides itself. */
export interface CallCost {
  readonly gets: number
  /** GETs among them that were made because another was late. */
  readonly hedges: number
  readonly bytesRead: number
  readonly gigabyteSeconds: number
}

export interface Tab {
  /** Counts what the call took in place of the most; `undefined`: it was refused, for nothing. */
  settle(cost: CallCost | undefined): void
}

export interface MeterOptions {
  /** A request that would pass it is not made: it throws `BudgetSpent`. */
  readonly budget?: Budget | undefined
  /** A GET that takes longer than this, and what its bytes take, is sent again; 0: never. */
  readonly hedgeMillis?: number
}

/** Of the GETs made, those that may be repeated because they are late: at least one. */
const hedgedShareMax = 0.1
/** A large answer takes longer: slow enough to tell it from one that is late. */
const hedgeBytesPerMilli = 50_000

/**
 * Counts what one question asks of the store. It goes below the cache, so that only real requests
 * count: `cached(meter(store, clock), cache)`. A request that the store had to repeat counts once,
 * one that was sent again because it was late counts twice.
 */
export function meter(store: Store, clock: Clock, options: MeterOptions = {}): MeteredStore {
  return new Meter(store, clock, options)
}

class Meter implements MeteredStore {
  readonly url: string
  readonly #store: Store
  readonly #clock: Clock
  readonly #budget: Budget
  readonly #hedgeMillis: number
  readonly #startMicros: number
  readonly #requests = { get: 0, list: 0, put: 0, delete: 0 }
  #hedges = 0
  #bytesRead = 0
  /** Bytes read, and those of answers to come. */
  #bytesAsked = 0
  #bytesWritten = 0
  readonly #scans = { calls: 0, gigabyteSeconds: 0 }
  /** Rounds that were over when this one began. */
  #roundsBefore = 0
  #rounds = 0
  /** The same without requests aside. */
  #roundsAlong = 0
  /** Round of each listed page by its prefix and last key: where the next page follows. */
  readonly #pages = new Map<string, number>()

  constructor(store: Store, clock: Clock, { budget = {}, hedgeMillis = 0 }: MeterOptions) {
    this.url = store.url
    this.#store = store
    this.#clock = clock
    this.#budget = budget
    this.#hedgeMillis = store.isRemote ? hedgeMillis : 0
    this.#startMicros = clock.nowMicros()
  }

  nextRound(): void {
    this.#roundsBefore = this.#roundsAlong
    this.#pages.clear()
  }

  aside(): Pick<Store, 'url' | 'get' | 'getIfChanged' | 'list'> {
    // A request counts as soon as it is made.
    const along = this.#roundsAlong
    const asideOf = <T>(answer: Promise<T>): Promise<T> => {
      this.#roundsAlong = along
      return answer
    }
    return {
      url: this.url,
      get: (key, options) => asideOf(this.get(key, options)),
      getIfChanged: (key, etag) => asideOf(this.getIfChanged(key, etag)),
      list: (prefix, options) => asideOf(this.list(prefix, options)),
    }
  }

  joinAside(): void {
    this.#roundsAlong = this.#rounds
  }

  receipt(): Receipt {
    return {
      requests: { ...this.#requests },
      hedges: this.#hedges,
      rounds: this.#rounds,
      bytesRead: this.#bytesRead,
      bytesWritten: this.#bytesWritten,
      ...(this.#scans.calls > 0 && { scans: { ...this.#scans } }),
      dollars: requestDollars(this.#requests) + scanDollars(this.#scans),
      millis: (this.#clock.nowMicros() - this.#startMicros) / 1000,
    }
  }

  left(): { readonly gets: number; readonly bytes: number } {
    const { maxBytes = Infinity } = this.#budget
    const bytes = Math.max(0, maxBytes - this.#bytesAsked)
    return { gets: getsLeft(this.#budget, this.#requests, scanDollars(this.#scans)), bytes }
  }

  /** An object of unknown size is asked for as far as the budget goes. */
  async get(key: string, options: GetOptions = {}): Promise<StoredObject | undefined> {
    const { bytes } = this.left()
    const isOpen = !options.range && bytes < Infinity
    if (isOpen && bytes === 0) throw new BudgetSpent('bytes')
    const range = isOpen ? { start: 0, end: bytes } : options.range
    const object = await this.#send(sizeOf(range), options.signal, signal =>
      this.#store.get(key, { ...(range && { range }), ...(signal && { signal }) }),
    )
    this.#note(object, sizeOf(range))
    if (isOpen && object && object.sizeBytes > bytes) throw new BudgetSpent('bytes')
    return object
  }

  async getIfChanged(key: string, etag: string): Promise<StoredObject | 'unchanged' | undefined> {
    const send = () => this.#store.getIfChanged(key, etag)
    const object = await this.#send(0, undefined, send)
    this.#note(object === 'unchanged' ? undefined : object, 0)
    return object
  }

  /** What was expected has come, or something else, or nothing. */
  #note(object: StoredObject | undefined, bytesExpected: number): void {
    const sizeBytes = object?.bytes.length ?? 0
    this.#bytesRead += sizeBytes
    this.#bytesAsked += sizeBytes - bytesExpected
  }

  /** Makes a request that the budget allows for, and again when it is late. */
  async #send<T>(
    bytesExpected: number,
    signal: AbortSignal | undefined,
    send: (signal?: AbortSignal) => Promise<T>,
  ): Promise<T> {
    this.#admit('get', bytesExpected)
    if (this.#hedgeMillis === 0) return send(signal)
    const round = this.#roundsBefore
    return hedged(send, {
      isLate: lateAfter(this.#clock, this.#hedgeMillis + bytesExpected / hedgeBytesPerMilli),
      mayRepeat: () => {
        if (this.#hedges >= Math.max(1, this.#requests.get * hedgedShareMax)) return false
        if (this.#limitAt('get', bytesExpected)) return false
        this.#hedges++
        this.#count('get', 1, round)
        return true
      },
      signal,
    })
  }

  openTab(most: CallCost): Tab | undefined {
    const requests = { ...this.#requests, get: this.#requests.get + most.gets }
    const gigabyteSeconds = this.#scans.gigabyteSeconds + most.gigabyteSeconds
    const dollars = scanDollars({ calls: this.#scans.calls + 1, gigabyteSeconds })
    const bytes = this.#bytesAsked + most.bytesRead
    if (limitPassed(this.#budget, requests, bytes, dollars)) return undefined
    this.#count('get', 0)
    this.#add(most, 1)
    this.#scans.calls++
    return {
      settle: cost => {
        this.#add(most, -1)
        if (cost) this.#add(cost, 1)
        else this.#scans.calls--
      },
    }
  }

  #add({ gets, hedges, bytesRead, gigabyteSeconds }: CallCost, sign: 1 | -1): void {
    this.#requests.get += sign * gets
    this.#hedges += sign * hedges
    this.#bytesRead += sign * bytesRead
    this.#bytesAsked += sign * bytesRead
    this.#scans.gigabyteSeconds += sign * gigabyteSeconds
  }

  #limitAt(type: 'get' | 'list', bytes: number): BudgetLimit | undefined {
    const requests = { ...this.#requests, [type]: this.#requests[type] + 1 }
    const dollars = scanDollars(this.#scans)
    return limitPassed(this.#budget, requests, this.#bytesAsked + bytes, dollars)
  }

  #admit(type: 'get' | 'list', bytes: number, roundsBefore = this.#roundsBefore): void {
    const limit = this.#limitAt(type, bytes)
    if (limit) throw new BudgetSpent(limit)
    this.#bytesAsked += bytes
    this.#count(type, 1, roundsBefore)
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
    this.#admit('list', 0, round)
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
    this.#roundsAlong = Math.max(this.#roundsAlong, roundsBefore + 1)
  }
}

/** Bytes an answer to this range has at most; 0 when nobody knows. */
function sizeOf(range: GetOptions['range']): number {
  if (!range) return 0
  return 'suffixBytes' in range ? range.suffixBytes : range.end - range.start
}
