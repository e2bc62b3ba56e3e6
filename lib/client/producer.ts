import type { ArchiveClient } from './archive-client.ts'
import { ArchiveClientError } from './client-error.ts'
import { deliver, type Parcel } from './deliver.ts'
import { TimeStamp } from './time-stamp.ts'
import { systemTimers, type Timers } from './timers.ts'

export interface ProducerOptions {
  readonly client: ArchiveClient
  readonly stream: string
  /** A batch leaves when it holds this many events. More means fewer requests. Default 1,000. */
  readonly maxEvents?: number
  /** … or this many bytes. Default 1 MiB. */
  readonly maxBytes?: number
  /** … or when its first event has waited this long. Default 200. */
  readonly maxAgeMillis?: number
  /** Bytes of unfinished events at which `send` refuses more. Default 16 MiB. */
  readonly maxBufferedBytes?: number
  /** Batches on the way at once. More means more throughput and less order. Default 4. */
  readonly maxInFlight?: number
  /** How long a batch is retried before its events are given up. Default 5 minutes. */
  readonly retryMillis?: number
  /** How long one attempt may take. Default 30 seconds. */
  readonly attemptMillis?: number
  readonly timers?: Timers
}

const defaults = {
  maxEvents: 1_000,
  maxBytes: 1024 * 1024,
  maxAgeMillis: 200,
  maxBufferedBytes: 16 * 1024 * 1024,
  maxInFlight: 4,
  retryMillis: 5 * 60_000,
  attemptMillis: 30_000,
  timers: systemTimers,
}

/**
 * Sends events one by one and ships them in batches. Memory is bounded: when `maxBufferedBytes` are
 * unfinished, `send` rejects with `unavailable`; `await producer.ready()` before it to wait
 * instead.
 */
export class Producer {
  readonly #options: Required<ProducerOptions>
  readonly #stamp: TimeStamp
  readonly #encoder = new TextEncoder()
  #gathering: Parcel[] = []
  #gatheringBytes = 0
  /** Full batches that wait for their turn. */
  readonly #waiting: (readonly Parcel[])[] = []
  #inFlight = 0
  #bufferedBytes = 0
  #closed = false
  #ageing = new AbortController()
  /** Called after every batch. */
  #watchers: (() => void)[] = []

  constructor(options: ProducerOptions) {
    this.#options = { ...defaults, ...options }
    this.#stamp = new TimeStamp(this.#options.timers)
  }

  /**
   * Resolves when the event is durable; rejects with the archive's reason when it refuses the
   * event, or with `unavailable` when retrying came to its end, and then the outcome is unknown. An
   * event without a time is given the present one. Always handle the promise; there is no need to
   * await it at once.
   */
  send(event: object): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw refusal('invalid', 'the producer is closed')
      if (this.#isFull()) throw refusal('unavailable', 'the buffer is full: wait for ready()')
      const line = this.#encoder.encode(`${this.#stamp.lineOf(event)}\n`)
      this.#bufferedBytes += line.length + parcelOverheadBytes
      this.#gather({ line, resolve, reject })
    })
  }

  /** Resolves when `send` takes events. */
  async ready(): Promise<void> {
    while (this.#isFull()) await this.#nextBatchDone()
  }

  /** Sends what has gathered and resolves when every event sent so far has met its fate. */
  async flush(): Promise<void> {
    this.#depart()
    while (this.#inFlight > 0) await this.#nextBatchDone()
  }

  /** Flushes and takes no more events. */
  async close(): Promise<void> {
    this.#closed = true
    await this.flush()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #isFull(): boolean {
    return this.#bufferedBytes >= this.#options.maxBufferedBytes
  }

  #nextBatchDone(): Promise<void> {
    return new Promise(resolve => this.#watchers.push(resolve))
  }

  #gather(parcel: Parcel): void {
    const { maxEvents, maxBytes } = this.#options
    if (this.#gatheringBytes + parcel.line.length > maxBytes) this.#depart()
    this.#gathering.push(parcel)
    this.#gatheringBytes += parcel.line.length
    if (this.#gathering.length >= maxEvents || this.#gatheringBytes >= maxBytes) this.#depart()
    else if (this.#gathering.length === 1) void this.#departWhenOld()
  }

  async #departWhenOld(): Promise<void> {
    const { signal } = this.#ageing
    await this.#options.timers.sleep(this.#options.maxAgeMillis, signal)
    if (!signal.aborted) this.#depart()
  }

  #depart(): void {
    if (this.#gathering.length === 0) return
    this.#ageing.abort()
    this.#ageing = new AbortController()
    this.#waiting.push(this.#gathering)
    this.#gathering = []
    this.#gatheringBytes = 0
    void this.#ship()
  }

  async #ship(): Promise<void> {
    if (this.#inFlight >= this.#options.maxInFlight) return
    const parcels = this.#waiting.shift()
    if (!parcels) return
    this.#inFlight++
    await deliver(parcels, this.#options)
    this.#inFlight--
    for (const { line } of parcels) this.#bufferedBytes -= line.length + parcelOverheadBytes
    void this.#ship()
    const watchers = this.#watchers
    this.#watchers = []
    for (const watcher of watchers) watcher()
  }
}

/** What an event costs beside its text: promise, closures, slots. */
const parcelOverheadBytes = 200

function refusal(code: 'invalid' | 'unavailable', message: string): ArchiveClientError {
  return new ArchiveClientError(message, { code })
}
