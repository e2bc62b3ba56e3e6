import { isUtf8 } from 'node:buffer'
import type { Workplace } from '../catalog/commit.ts'
import { idTimeMillis, makeBatchId } from '../core/batch-id.ts'
import { ArchiveError, type ErrorDetail } from '../core/errors.ts'
import { asStreamName } from '../core/stream-name.ts'
import { Batch, type SealedBatch } from './batch.ts'
import { EventReader } from './event-reader.ts'
import { putBatch } from './put-batch.ts'
import { batchIdOfRequest } from './request-id.ts'

/** One append: the lines become one batch, all durable or none. */
export interface AppendRequest {
  /** NDJSON: one JSON object a line; blank lines are skipped. */
  readonly lines: Buffer
  /** Stream of the events that do not name one in `@stream`. */
  readonly stream?: string
  /**
   * Idempotency key, 1 to 200 printable ASCII characters. The same key with the same content is
   * stored once. A ULID or a UUIDv7 carries its own time and costs nothing; any other key costs one
   * more PUT.
   */
  readonly key?: string
  /**
   * Reject the whole batch when one line is bad. Default: store the good ones, report the others.
   */
  readonly strict?: boolean
  /** Members looked at for the event's time, first that holds one. Default: `defaultTimeFields`. */
  readonly timeFields?: readonly string[]
  /** Members looked at for the event's own id. Default: `@id` alone. */
  readonly idFields?: readonly string[]
  /** How the streams begin that may be appended to. Default: any. */
  readonly streams?: readonly string[]
  readonly signal?: AbortSignal
}

/**
 * What became of an append. It is returned only when everything accepted is durable and readable.
 */
export interface AppendReceipt {
  readonly accepted: number
  readonly rejected: number
  /** The first `errorDetailsMax` of them. */
  readonly errors: readonly ErrorDetail[]
  /** Identity of the stored batch; null when no line was accepted. */
  readonly batch: string | null
}

type Taken = Omit<AppendReceipt, 'batch'>

/** Appends that share one PUT. */
interface Group {
  readonly batch: Batch
  readonly batchId: string
  readonly stored: Promise<string>
}

/**
 * Turns requests into batches and batches into tail objects. A request with a key is a batch of its
 * own; concurrent requests without one share a PUT (group commit).
 */
export class Appender {
  readonly #place: Workplace
  /** Tail objects seen by the last listing of this process: the measure of back-pressure. */
  readonly #tailObjects: () => number
  #open: Group | undefined
  /** The batch sealed last, empty: its memory serves the next, no garbage a batch. */
  #spare: Batch | undefined
  readonly #pending = new Set<Promise<unknown>>()

  constructor(place: Workplace, tailObjects: () => number) {
    this.#place = place
    this.#tailObjects = tailObjects
  }

  async append(request: AppendRequest): Promise<AppendReceipt> {
    this.#checkTail()
    if (request.stream !== undefined) asStreamName(request.stream)
    const work =
      request.key === undefined ? this.#appendShared(request) : this.#appendKeyed(request)
    this.#pending.add(work)
    try {
      return await work
    } finally {
      this.#pending.delete(work)
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#pending)
  }

  async #appendKeyed(request: AppendRequest): Promise<AppendReceipt> {
    const batchId = await batchIdOfRequest(this.#place, request.key!)
    const batch = this.#takeBatch()
    const taken = this.#take(request, batch, idTimeMillis(batchId) * 1000)
    if (taken.accepted === 0) return { ...taken, batch: null }
    const sealed = this.#seal(batch, batchId)
    await putBatch(this.#place, sealed, request.signal)
    return { ...taken, batch: sealed.key }
  }

  async #appendShared(request: AppendRequest): Promise<AppendReceipt> {
    let group = this.#join(request.lines.length)
    let taken: Taken
    try {
      taken = this.#take(request, group.batch, this.#place.clock.nowMicros())
    } catch (fault) {
      const isTooLarge = fault instanceof ArchiveError && fault.code === 'too-large'
      if (!isTooLarge || group.batch.eventCount === 0) throw fault
      // Alone it may fit: what others sent is no fault of this request.
      this.#open = undefined
      group = this.#join(request.lines.length)
      taken = this.#take(request, group.batch, this.#place.clock.nowMicros())
    }
    if (taken.accepted === 0) return { ...taken, batch: null }
    return { ...taken, batch: await group.stored }
  }

  #join(moreBytes: number): Group {
    const { settings, clock, random } = this.#place
    const open = this.#open
    if (open && open.batch.sizeBytes + moreBytes <= settings.groupBytesMax) return open
    const batch = this.#takeBatch()
    const batchId = makeBatchId(clock, random)
    const stored = this.#storeLater(batch, batchId)
    stored.catch(() => {}) // every member of the group awaits it; one that left must not crash
    this.#open = { batch, batchId, stored }
    return this.#open
  }

  async #storeLater(batch: Batch, batchId: string): Promise<string> {
    const { settings, clock } = this.#place
    await clock.sleep(settings.groupCommitMillis)
    if (this.#open?.batch === batch) this.#open = undefined
    if (batch.eventCount === 0) return ''
    const sealed = this.#seal(batch, batchId)
    await putBatch(this.#place, sealed)
    return sealed.key
  }

  #takeBatch(): Batch {
    const batch = this.#spare ?? new Batch(this.#place.settings)
    this.#spare = undefined
    return batch
  }

  #seal(batch: Batch, batchId: string): SealedBatch {
    const sealed = batch.seal(batchId)
    batch.truncate(0)
    // One that grew beyond what shared batches need is not worth its memory.
    if (batch.capacityBytes <= 2 * this.#place.settings.groupBytesMax) this.#spare = batch
    return sealed
  }

  /**
   * Validates, stamps and adds the lines. Throws `invalid` in strict mode; nothing is added then.
   */
  #take(request: AppendRequest, batch: Batch, stampMicros: number): Taken {
    const before = batch.eventCount
    const reader = new EventReader(request.timeFields, request.idFields)
    const isText = isUtf8(request.lines)
    const errors: ErrorDetail[] = []
    let rejected = 0
    try {
      forEachLine(request.lines, (start, end, line) => {
        const isLineText = isText || isUtf8(request.lines.subarray(start, end))
        const fault = isLineText
          ? this.#takeLine(request, batch, reader, start, end, stampMicros)
          : { detail: 'event is not valid UTF-8' }
        // At every line: many small ones in one body must not take memory without limit.
        batch.checkLimits()
        if (!fault) return
        rejected++
        if (errors.length < this.#place.settings.errorDetailsMax) errors.push({ line, ...fault })
      })
    } catch (tooLarge) {
      batch.truncate(before)
      throw tooLarge
    }
    if (rejected > 0 && request.strict) {
      batch.truncate(before)
      throw new ArchiveError(
        'invalid',
        `nothing was stored: ${rejected} bad ${rejected === 1 ? 'line' : 'lines'}`,
        {
          details: errors,
        },
      )
    }
    return { accepted: batch.eventCount - before, rejected, errors }
  }

  #takeLine(
    request: AppendRequest,
    batch: Batch,
    reader: EventReader,
    start: number,
    end: number,
    stampMicros: number,
  ): ErrorDetail | undefined {
    const { lines } = request
    const { eventBytesMax } = this.#place.settings
    if (end - start > eventBytesMax) {
      return { detail: `event has ${end - start} bytes, at most ${eventBytesMax} are allowed` }
    }
    const fault = reader.read(lines, start, end)
    if (fault) return fault
    const stream = reader.stream ?? request.stream
    if (stream === undefined) {
      return { pointer: '/@stream', detail: 'event names no stream', hint: 'add "@stream"' }
    }
    if (request.streams && !request.streams.some(prefix => stream.startsWith(prefix))) {
      return { pointer: '/@stream', detail: `this key may not append to ${stream}` }
    }
    batch.add(lines, start, end, reader, reader.timeMicros ?? stampMicros, stream)
    return undefined
  }

  #checkTail(): void {
    const waiting = this.#tailObjects()
    const { tailObjectsMax } = this.#place.settings
    if (waiting <= tailObjectsMax) return
    throw new ArchiveError('unavailable', `${waiting} batches wait for the brigade`, {
      details: [{ pointer: '/tail', detail: `at most ${tailObjectsMax} may wait` }],
      retryAfterSeconds: 10,
    })
  }
}

/**
 * Calls back with every line that is not blank, without surrounding space; lines count from one.
 */
function forEachLine(
  bytes: Buffer,
  visit: (start: number, end: number, line: number) => void,
): void {
  let start = 0
  for (let line = 1; start < bytes.length; line++) {
    const found = bytes.indexOf(0x0a, start)
    const next = found < 0 ? bytes.length : found
    let from = start
    let to = next
    while (from < to && isBlank(bytes[from]!)) from++
    while (to > from && isBlank(bytes[to - 1]!)) to--
    if (from < to) visit(from, to, line)
    start = next + 1
  }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d
}
