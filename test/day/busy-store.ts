import {
  connectionBytesPerMilli,
  listMillisMedian,
  millisAt,
  type Quantiles,
  s3Get,
  s3Put,
  unchangedMillisMedian,
} from '../../bench/latency-model.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { storeLimits } from '../../lib/core/store-limits.ts'
import type { Receipt } from '../../lib/read/question.ts'
import { bucketPrefix, indexPrefix, tailPrefix } from '../../lib/store/keys.ts'
import { ObjectTable } from '../../lib/store/object-table.ts'
import type { PutResult, Store } from '../../lib/store/store.ts'
import type { Call } from '../simulation/faults.ts'
import type { Life, Scheduler } from '../simulation/scheduler.ts'
import { type Send, SimulatedStore } from '../simulation/simulated-store.ts'

export type Requests = { -readonly [Kind in keyof Receipt['requests']]: number }

/** How often a request meets with what S3 does now and then. */
export interface StoreFaults {
  /** 503, after which the store tries once more. */
  readonly busy: number
  /** A PUT that took effect and whose answer was lost. */
  readonly answerLost: number
  /** All attempts of a read failed. */
  readonly outage: number
}

interface BusyStoreOptions {
  readonly scheduler: Scheduler
  readonly faults: StoreFaults
  /** Events and what is made of them stand for so many times as many bytes. */
  readonly scale: number
  /** Milliseconds of CPU that whoever puts these bytes has spent on making them. */
  readonly cpuMillisOf: (key: string, bytes: Uint8Array) => number
  readonly created: (key: string) => void
}

type Described = Omit<Call, 'number' | 'process'>

/** Of the other objects there are as many as there would be, and as large. */
const scaledPrefixes = [tailPrefix, bucketPrefix, indexPrefix]

/** As assumed: what a request costs its sender, signature and checksums included. */
const requestCpuMillis = 1
const getMillisMedian = 27.9

/**
 * The simulated store as S3 is known to be: each request takes a delay drawn from published
 * quantiles and what its bytes need on a connection, some are throttled or lose their answers. A
 * process has one core: what it puts it has made before.
 */
export class BusyStore {
  readonly table = new ObjectTable()
  /** By role. */
  readonly requests = new Map<string, Requests>()
  readonly #options: BusyStoreOptions
  readonly #busyUntil = new WeakMap<Life, number>()

  constructor(options: BusyStoreOptions) {
    this.#options = options
  }

  viewFor(life: Life, role: string): Store {
    const { scheduler } = this.#options
    const nowMicros = () => Math.floor(scheduler.nowMicros / 1e6) * 1e6
    const objects = { table: this.table, pageSize: storeLimits.listKeysMax, nowMicros }
    const requests = this.requests.get(role) ?? { get: 0, list: 0, put: 0, delete: 0 }
    this.requests.set(role, requests)
    const send: Send = (call, apply, signal) => this.#send(life, requests, call, apply, signal)
    const store = new SimulatedStore(objects, send)
    return withCpu(store, (key, bytes) => this.#spend(life, this.#options.cpuMillisOf(key, bytes)))
  }

  async #send<Answer>(
    life: Life,
    requests: Requests,
    call: Described,
    apply: () => Answer,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    signal?.throwIfAborted()
    const { scheduler, faults, created } = this.#options
    const isScaled = scaledPrefixes.some(prefix => call.key.startsWith(prefix))
    const scale = isScaled ? this.#options.scale : 1
    const chance = scheduler.random.next()
    const isPut = call.kind === 'create' || call.kind === 'replace'
    const isThrottled = chance < faults.busy
    const pauseMillis = isThrottled ? storeLimits.readPauseMillis : 0
    const thereMillis = delayMillis(call.kind, scheduler.random.next()) / 2 + pauseMillis
    const sentMillis = (call.sizeBytes * scale) / connectionBytesPerMilli
    count(requests, call, isThrottled ? 2 : 1)
    this.#spend(life, requestCpuMillis)
    await this.#wait(life, life, this.#millisUntilFree(life))
    let answer: Answer | undefined
    // What has left arrives, whatever becomes of its sender.
    const arrival = this.#wait(undefined, life, thereMillis + sentMillis, () => {
      if (!isPut && chance > 1 - faults.outage) return
      answer = apply()
      if (call.kind === 'create' && (answer as PutResult).outcome === 'stored') created(call.key)
    })
    await arrival
    const { bytes } = (answer ?? {}) as { bytes?: Buffer }
    const backMillis = ((bytes?.length ?? 0) * scale) / connectionBytesPerMilli
    await this.#wait(life, life, thereMillis + backMillis)
    if (isPut && chance > 1 - faults.answerLost) {
      return { outcome: 'unknown', cause: noAnswer(call) } as Answer
    }
    if (!isPut && chance > 1 - faults.outage) throw noAnswer(call)
    return answer as Answer
  }

  /** Resolves never when the process that waits is gone by then. */
  #wait(actor: Life | undefined, life: Life, millis: number, act = () => {}): Promise<void> {
    const { scheduler } = this.#options
    return new Promise(resolve => {
      scheduler.addAt(actor, scheduler.nowMicros + Math.round(millis * 1000), () => {
        act()
        if (!life.isCrashed) resolve()
      })
    })
  }

  #spend(life: Life, cpuMillis: number): void {
    const start = Math.max(this.#options.scheduler.nowMicros, this.#busyUntil.get(life) ?? 0)
    this.#busyUntil.set(life, start + Math.round(cpuMillis * 1000))
  }

  #millisUntilFree(life: Life): number {
    const free = this.#busyUntil.get(life) ?? 0
    return Math.max(0, free - this.#options.scheduler.nowMicros) / 1000
  }
}

/** The same store, which charges for what is put before it is sent. */
function withCpu(store: Store, charge: (key: string, bytes: Uint8Array) => void): Store {
  return {
    url: store.url,
    get: (...call) => store.get(...call),
    getIfChanged: (...call) => store.getIfChanged(...call),
    list: (...call) => store.list(...call),
    delete: (...call) => store.delete(...call),
    create: (key, bytes, signal) => {
      charge(key, bytes)
      return store.create(key, bytes, signal)
    },
    replace: (key, bytes, etag, signal) => {
      charge(key, bytes)
      return store.replace(key, bytes, etag, signal)
    },
  }
}

function noAnswer({ kind, key }: Described): ArchiveError {
  return new ArchiveError('unavailable', `${kind} ${key}: no answer`)
}

function delayMillis(kind: Call['kind'], share: number): number {
  const added: Partial<Record<Call['kind'], number>> = {
    list: listMillisMedian - getMillisMedian,
    getIfChanged: unchangedMillisMedian - getMillisMedian,
  }
  const isRead = ['get', 'getIfChanged', 'list'].includes(kind)
  const quantiles: Quantiles = isRead ? s3Get : s3Put
  return millisAt(quantiles, share) + (added[kind] ?? 0)
}

function count(requests: Requests, { kind, keys }: Described, times: number): void {
  if (kind === 'list') requests.list += times
  else if (kind === 'delete') {
    requests.delete += times * Math.ceil(keys.length / storeLimits.deleteKeysMax)
  } else if (kind === 'create' || kind === 'replace') requests.put += times
  else requests.get += times
}
