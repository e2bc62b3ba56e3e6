import { crc32 } from 'node:zlib'
import { compressFrame } from '../bytes/zstd.ts'
import type { Directory, FrameEntry, Lineage, StreamEntry } from './directory.ts'
import { encodeFooter, twinOf } from './footer.ts'
import { makeParity } from './parity.ts'

export interface BuilderOptions {
  /** Raw bytes after which a frame ends. More compresses better and costs more a read. */
  readonly frameBytes: number
  readonly compressionLevel: number
  /** A damaged frame can be made anew of the others. Costs about one frame in 32. */
  readonly hasParity?: boolean
}

/** What a builder made, less owner and lineage, which are known later. */
export interface BuiltBucket {
  readonly directory: Omit<Directory, 'owner' | 'lineage'>
  readonly frames: readonly Buffer[]
  /** What lies behind them, where there is parity. */
  readonly parity?: readonly Buffer[]
}

const newline = 0x0a

/** Takes lines in order (docs/format.md, section 2) and makes a bucket of them. */
export class BucketBuilder {
  readonly #options: BuilderOptions
  /**
   * The frame at hand: lines in the buffer, then those that are still at [pendingStart, pendingEnd)
   * of the bytes they were added from.
   */
  #buffer = Buffer.alloc(0)
  #used = 0
  #pending: Buffer = Buffer.alloc(0)
  #pendingStart = 0
  #pendingEnd = 0
  #frame = emptySpan()
  #whole = emptySpan()
  #firstStream = 0
  readonly #frames: Buffer[] = []
  readonly #entries: FrameEntry[] = []
  readonly #streams: Writable<StreamEntry>[] = []
  sizeBytes = 0

  readonly #onRaw: ((raw: Buffer) => void) | undefined

  /** `onRaw` sees the raw bytes of every frame, in order. */
  constructor(options: BuilderOptions, onRaw?: (raw: Buffer) => void) {
    this.#options = options
    this.#onRaw = onRaw
  }

  get rawBytes(): number {
    return this.#whole.rawBytes + this.#frame.rawBytes
  }

  /**
   * Adds the line [start, end) of `bytes`, which stay as they are; the newline is added here.
   * Lines that follow each other in `bytes` are copied as one piece, or not at all when they fill
   * a frame.
   */
  add(
    bytes: Buffer,
    start: number,
    end: number,
    timeMicros: number,
    stream: string,
    hasId: boolean,
  ): void {
    const sizeBytes = end - start + 1
    const { rawBytes } = this.#frame
    if (rawBytes > 0 && rawBytes + sizeBytes > this.#options.frameBytes) this.#endFrame()
    const follows = bytes === this.#pending && start === this.#pendingEnd
    if (!follows || bytes[start - 1] !== newline) {
      this.#copyPending()
      this.#pending = bytes
      this.#pendingStart = start
    }
    this.#pendingEnd = end + 1
    this.#noteStream(timeMicros, stream)
    widen(this.#frame, timeMicros, sizeBytes, hasId)
  }

  #copyPending(): void {
    const sizeBytes = this.#pendingEnd - this.#pendingStart
    if (sizeBytes === 0) return
    this.#makeRoom(this.#used + sizeBytes)
    this.#pending.copy(this.#buffer, this.#used, this.#pendingStart, this.#pendingEnd - 1)
    this.#used += sizeBytes
    this.#buffer[this.#used - 1] = newline
    this.#pendingStart = this.#pendingEnd
  }

  #makeRoom(neededBytes: number): void {
    if (neededBytes <= this.#buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(16 * 1024, neededBytes, this.#buffer.length * 2))
    this.#buffer.copy(larger, 0, 0, this.#used)
    this.#buffer = larger
  }

  #noteStream(timeMicros: number, stream: string): void {
    const last = this.#streams.at(-1)
    if (last?.stream === stream) {
      last.lastFrame = this.#entries.length
      last.eventCount++
      last.lastMicros = timeMicros
    } else {
      this.#streams.push({
        stream,
        firstFrame: this.#entries.length,
        lastFrame: this.#entries.length,
        eventCount: 1,
        firstMicros: timeMicros,
        lastMicros: timeMicros,
      })
    }
    if (this.#frame.eventCount === 0) this.#firstStream = this.#streams.length - 1
  }

  #endFrame(): void {
    const raw = this.#takeRaw()
    this.#onRaw?.(raw)
    const frame = compressFrame(raw, this.#options.compressionLevel)
    this.#frames.push(frame)
    this.#entries.push({
      startByte: this.sizeBytes,
      sizeBytes: frame.length,
      checksum: crc32(frame),
      firstStream: this.#firstStream,
      ...this.#frame,
    })
    this.sizeBytes += frame.length
    const whole = this.#whole
    const done = this.#frame
    whole.rawBytes += done.rawBytes
    whole.eventCount += done.eventCount
    whole.idCount += done.idCount
    whole.firstMicros = Math.min(whole.firstMicros, done.firstMicros)
    whole.lastMicros = Math.max(whole.lastMicros, done.lastMicros)
    this.#frame = emptySpan()
  }

  #takeRaw(): Buffer {
    if (this.#used === 0 && this.#pending[this.#pendingEnd - 1] === newline) {
      const raw = this.#pending.subarray(this.#pendingStart, this.#pendingEnd)
      this.#pendingStart = this.#pendingEnd
      return raw
    }
    this.#copyPending()
    const raw = this.#buffer.subarray(0, this.#used)
    this.#used = 0
    return raw
  }

  finish(): BuiltBucket {
    if (this.#frame.eventCount > 0) this.#endFrame()
    const frames = this.#frames
    const directory = { ...this.#whole, frames: this.#entries, streams: this.#streams }
    if (!this.#options.hasParity) return { directory, frames }
    const { groups, objects } = makeParity(this.#entries, frames)
    return { directory: { ...directory, parity: groups }, frames, parity: objects }
  }
}

/** The object's bytes. `owner` is what its key says of it. */
export function encodeBucket(built: BuiltBucket, owner: string, lineage?: Lineage): Buffer {
  const directory = { ...built.directory, owner, ...(lineage && { lineage }) }
  const footer = encodeFooter(directory)
  if (!built.parity) return Buffer.concat([...built.frames, footer])
  return Buffer.concat([...built.frames, ...built.parity, twinOf(footer), footer])
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] }

interface Span {
  rawBytes: number
  eventCount: number
  idCount: number
  firstMicros: number
  lastMicros: number
}

function emptySpan(): Span {
  return { rawBytes: 0, eventCount: 0, idCount: 0, firstMicros: Infinity, lastMicros: 0 }
}

function widen(span: Span, timeMicros: number, sizeBytes: number, hasId: boolean): void {
  span.rawBytes += sizeBytes
  span.eventCount++
  if (hasId) span.idCount++
  if (timeMicros < span.firstMicros) span.firstMicros = timeMicros
  if (timeMicros > span.lastMicros) span.lastMicros = timeMicros
}
