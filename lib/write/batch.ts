import { createHash } from 'node:crypto'
import { BucketBuilder, encodeBucket } from '../bucket/builder.ts'
import { footerSizeBytes } from '../bucket/footer.ts'
import { compareBytes, lineHeadBytesMax, streamMember, writeLineHead } from '../bucket/line.ts'
import { encodeBytes } from '../core/base32.ts'
import { ArchiveError } from '../core/errors.ts'
import { freshFrameSizeBytes } from '../core/policy.ts'
import type { Settings } from '../core/settings.ts'
import { batchOwnerLength, ownerOfBucket, tailKey } from '../store/keys.ts'
import { makeStreamFilter } from '../store/stream-filter.ts'
import type { EventReader } from './event-reader.ts'

/** A batch ready to be put: what it is called and what it holds. */
export interface SealedBatch {
  readonly key: string
  readonly bytes: Buffer
  readonly eventCount: number
}

const newline = 0x0a
/** Events of one moment up to which they are sorted without a call for each comparison. */
const insertedMax = 16

/**
 * The stored lines of one batch while it is filled (docs/format.md, section 2): one growing buffer
 * and a number of each kind a line, no object an event. Emptied, it serves the next batch.
 */
export class Batch {
  #bytes: Buffer = Buffer.allocUnsafeSlow(64 * 1024)
  #used = 0
  /** Lines at hand; the columns may be longer, from a batch before. */
  #count = 0
  /** Line i lies at [starts[i], starts[i + 1]); its newline is the last byte. */
  readonly #starts: number[] = []
  readonly #rests: number[] = []
  readonly #idEnds: number[] = []
  readonly #times: number[] = []
  readonly #streams: string[] = []
  #distinctStreams = new Set<string>()
  #lastStream = ''
  #streamMember: Buffer = Buffer.alloc(0)
  readonly #settings: Settings

  constructor(settings: Settings) {
    this.#settings = settings
  }

  get eventCount(): number {
    return this.#count
  }

  get sizeBytes(): number {
    return this.#used
  }

  /** Memory it holds, filled or not. */
  get capacityBytes(): number {
    return this.#bytes.length
  }

  /** Adds the event that `reader` has just read at [start, end) of `bytes`. */
  add(
    bytes: Buffer,
    start: number,
    end: number,
    reader: EventReader,
    timeMicros: number,
    stream: string,
  ): void {
    if (stream !== this.#lastStream) {
      this.#lastStream = stream
      this.#streamMember = streamMember(stream)
      this.#distinctStreams.add(stream)
    }
    const member = this.#streamMember
    const id = reader.id === undefined ? '' : `,"@id":${reader.id}`
    this.#reserve(lineHeadBytesMax + member.length + id.length * 3 + (end - start) + 2)
    const i = this.#count++
    this.#starts[i] = this.#used
    this.#times[i] = timeMicros
    this.#streams[i] = stream
    this.#used = writeLineHead(this.#bytes, this.#used, timeMicros, member)
    this.#rests[i] = this.#used
    if (id) this.#used += this.#bytes.write(id, this.#used)
    this.#idEnds[i] = id ? this.#used : 0
    this.#copyRest(bytes, start, end, reader.removed)
    this.#bytes[this.#used++] = newline
  }

  /** Everything behind the opening brace, less the members taken out. */
  #copyRest(bytes: Buffer, start: number, end: number, removed: readonly number[]): void {
    const commaAt = this.#used++
    this.#bytes[commaAt] = 0x2c
    let from = start + 1
    for (let i = 0; i < removed.length; i += 3) {
      const nextName = removed[i + 2]!
      this.#copy(bytes, from, removed[i]!)
      from = nextName || removed[i + 1]!
      if (nextName === 0) this.#dropComma(commaAt)
    }
    this.#copy(bytes, from, end)
    if (this.#isEmptyFrom(commaAt + 1)) {
      this.#used = commaAt
      this.#bytes[this.#used++] = 0x7d
    }
  }

  #copy(bytes: Buffer, start: number, end: number): void {
    if (start === end) return
    bytes.copy(this.#bytes, this.#used, start, end)
    this.#used += end - start
  }

  /** The last member was taken out: so is the comma before it, unless that is ours. */
  #dropComma(ours: number): void {
    let at = this.#used - 1
    while (at > ours && isSpace(this.#bytes[at]!)) at--
    if (at > ours) this.#used = at
  }

  #isEmptyFrom(start: number): boolean {
    let at = start
    while (isSpace(this.#bytes[at]!)) at++
    return at === this.#used - 1
  }

  #reserve(moreBytes: number): void {
    const needed = this.#used + moreBytes
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(larger, 0, 0, this.#used)
    this.#bytes = larger
  }

  /** Forgets the events from this position on. */
  truncate(eventCount: number): void {
    if (eventCount < this.#count) this.#used = this.#starts[eventCount]!
    this.#count = eventCount
    this.#distinctStreams = new Set(this.#streams.slice(0, eventCount))
    this.#lastStream = ''
  }

  /** Throws `too-large` when the batch holds more than one batch may. */
  checkLimits(): void {
    const { batchEventsMax, batchBytesMax, batchStreamsMax } = this.#settings
    limit('events', this.eventCount, batchEventsMax)
    limit('bytes', this.#used, batchBytesMax)
    limit('streams', this.#distinctStreams.size, batchStreamsMax)
  }

  /** Sorts, drops events that carry the `@id` of another, compresses and names the batch. */
  seal(batchId: string): SealedBatch {
    const hash = createHash('sha256')
    const builder = new BucketBuilder(
      {
        frameBytes: freshFrameSizeBytes,
        compressionLevel: this.#settings.tailCompressionLevel,
      },
      raw => hash.update(raw),
    )
    let previous = -1
    for (const i of this.#order()) {
      if (previous >= 0 && this.#sameEvent(previous, i)) continue
      previous = i
      const hasId = this.#idEnds[i]! > 0
      builder.add(
        this.#bytes,
        this.#starts[i]!,
        this.#lineEnd(i),
        this.#times[i]!,
        this.#streams[i]!,
        hasId,
      )
    }
    const { directory, frames } = builder.finish()
    const streams = directory.streams.map(each => each.stream)
    const key = tailKey(batchId, {
      firstMicros: directory.firstMicros,
      lastMicros: directory.lastMicros,
      eventCount: directory.eventCount,
      footerBytes: footerSizeBytes(directory.frames.length, streams, batchOwnerLength),
      streams: makeStreamFilter(streams),
      contentHash: encodeBytes(hash.digest().subarray(0, 16)),
    })
    const bytes = encodeBucket({ directory, frames }, ownerOfBucket(key))
    return { key, bytes, eventCount: directory.eventCount }
  }

  /** Mostly events come as they happened: then only those of one moment are to be sorted. */
  #order(): Uint32Array {
    const order = new Uint32Array(this.#count)
    for (let i = 0; i < order.length; i++) order[i] = i
    let start = 0
    for (let i = 1; i <= this.#count; i++) {
      if (i < this.#count && this.#isSamePlace(i - 1, i)) continue
      if (i < this.#count && this.#compare(i - 1, i) > 0) {
        return order.sort((a, b) => this.#compare(a, b))
      }
      if (i - start > 1) this.#sortPlace(order.subarray(start, i))
      start = i
    }
    return order
  }

  #isSamePlace(a: number, b: number): boolean {
    return this.#times[a] === this.#times[b] && this.#streams[a] === this.#streams[b]
  }

  /** By insertion where the events are few. */
  #sortPlace(order: Uint32Array): void {
    if (order.length > insertedMax) {
      order.sort((a, b) => this.#compare(a, b))
      return
    }
    for (let i = 1; i < order.length; i++) {
      const each = order[i]!
      let at = i
      for (; at > 0 && this.#compare(order[at - 1]!, each) > 0; at--) {
        order[at] = order[at - 1]!
      }
      order[at] = each
    }
  }

  #compare(a: number, b: number): number {
    const aStream = this.#streams[a]!
    const bStream = this.#streams[b]!
    if (aStream !== bStream) return aStream < bStream ? -1 : 1
    const later = this.#times[a]! - this.#times[b]!
    return later !== 0 ? later : this.#compareBytes(a, this.#lineEnd(a), b, this.#lineEnd(b))
  }

  #lineEnd(i: number): number {
    return (i + 1 < this.#count ? this.#starts[i + 1]! : this.#used) - 1
  }

  #compareBytes(a: number, aEnd: number, b: number, bEnd: number): number {
    const bytes = this.#bytes
    return compareBytes(bytes, this.#rests[a]!, aEnd, bytes, this.#rests[b]!, bEnd)
  }

  #sameEvent(a: number, b: number): boolean {
    const aEnd = this.#idEnds[a]!
    const bEnd = this.#idEnds[b]!
    return (
      aEnd > 0 &&
      bEnd > 0 &&
      this.#times[a] === this.#times[b] &&
      this.#streams[a] === this.#streams[b] &&
      this.#compareBytes(a, aEnd, b, bEnd) === 0
    )
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0a
}

function limit(what: string, found: number, most: number): void {
  if (found <= most) return
  throw new ArchiveError('too-large', `batch has ${found} ${what}, at most ${most} are allowed`, {
    details: [{ detail: `${found} ${what}`, hint: 'send it as several batches' }],
  })
}
