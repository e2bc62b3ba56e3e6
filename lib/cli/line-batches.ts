import { byteOrderMarkLength, hasByteOrderMark } from '../bytes/byte-order-mark.ts'
import type { Clock } from '../core/clock.ts'
import { whenAborted } from './abort.ts'

/** Bounds of one batch. */
export interface BatchLimits {
  readonly eventsMax: number
  readonly bytesMax: number
  /** Of a longer line only so much is kept, which the engine then refuses as too long. */
  readonly lineBytesMax: number
  /** A batch waits no longer than this for more lines. Absent: until it is full. */
  readonly waitMillisMax?: number
}

export interface LineBatch {
  /** Whole lines, each with its newline. */
  readonly lines: Buffer
  /** One-based line of the input that it starts with. */
  readonly firstLine: number
}

/**
 * Cuts a stream of NDJSON into batches of whole lines, full ones at once and others when their
 * first line has waited long enough. Holds one batch and one line in memory, whatever arrives. When
 * `stop` is aborted the lines that have arrived are the last batch.
 */
export async function* batchLines(
  input: AsyncIterable<Buffer>,
  limits: BatchLimits,
  clock: Clock,
  stop: AbortSignal,
): AsyncGenerator<LineBatch> {
  const batch = new GrowingBatch(limits)
  const stopped = whenAborted(stop).then(() => 'stop' as const)
  const chunks = input[Symbol.asyncIterator]()
  let next = chunks.next()
  let timer: Timer | undefined
  try {
    while (!stop.aborted) {
      if (batch.eventCount > 0 && limits.waitMillisMax !== undefined) {
        timer ??= startTimer(clock, limits.waitMillisMax)
      }
      const arrived = await Promise.race([next, stopped, ...(timer ? [timer.over] : [])])
      if (arrived === 'stop') break
      if (arrived === 'over') {
        yield batch.take()
        timer = undefined
        continue
      }
      if (arrived.done) break
      for (const full of batch.add(arrived.value)) {
        timer?.stop()
        timer = undefined
        yield full
      }
      next = chunks.next()
    }
    yield* batch.end()
  } finally {
    timer?.stop()
    next.catch(() => {})
  }
}

class GrowingBatch {
  readonly #limits: BatchLimits
  #lines: Buffer[] = []
  #bytes = 0
  #firstLine = 1
  /** The line whose end has not arrived. */
  #open: Buffer[] = []
  #openBytes = 0

  constructor(limits: BatchLimits) {
    this.#limits = limits
  }

  get eventCount(): number {
    return this.#lines.length
  }

  /** Adds what arrived and yields each batch that is full. */
  *add(chunk: Buffer): Generator<LineBatch> {
    let start = 0
    for (;;) {
      const newline = chunk.indexOf(0x0a, start)
      if (newline < 0) break
      this.#keep(chunk.subarray(start, newline))
      yield* this.#closeLine()
      start = newline + 1
    }
    this.#keep(chunk.subarray(start))
  }

  /** What is left when the input has ended, its last line with or without a newline. */
  *end(): Generator<LineBatch> {
    if (this.#openBytes > 0) yield* this.#closeLine()
    if (this.eventCount > 0) yield this.take()
  }

  take(): LineBatch {
    const taken = { lines: Buffer.concat(this.#lines), firstLine: this.#firstLine }
    this.#firstLine += this.#lines.length
    this.#lines = []
    this.#bytes = 0
    return taken
  }

  #keep(part: Buffer): void {
    const kept = part.subarray(0, this.#limits.lineBytesMax + 1 - this.#openBytes)
    if (kept.length === 0) return
    this.#open.push(Buffer.from(kept))
    this.#openBytes += kept.length
  }

  *#closeLine(): Generator<LineBatch> {
    const whole = Buffer.concat([...this.#open, newlineBytes])
    const isFirst = this.#firstLine + this.eventCount === 1
    const line = isFirst && hasByteOrderMark(whole) ? whole.subarray(byteOrderMarkLength) : whole
    this.#open = []
    this.#openBytes = 0
    const { bytesMax, eventsMax } = this.#limits
    if (this.eventCount > 0 && this.#bytes + line.length > bytesMax) yield this.take()
    this.#lines.push(line)
    this.#bytes += line.length
    if (this.eventCount >= eventsMax) yield this.take()
  }
}

const newlineBytes = Buffer.from('\n')

interface Timer {
  readonly over: Promise<'over' | 'stop'>
  stop(): void
}

function startTimer(clock: Clock, millis: number): Timer {
  const controller = new AbortController()
  const over = clock.sleep(millis, controller.signal).then(
    () => 'over' as const,
    () => 'stop' as const,
  )
  return { over, stop: () => controller.abort() }
}
