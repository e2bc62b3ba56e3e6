import { ArchiveError } from '../core/errors.ts'
import { timeMicrosMax } from '../core/time.ts'

/**
 * The stored line of an event (docs/format.md, section 2):
 *
 *     {"@time":1737849605000000,"@stream":"ssh/eu","@id":"4711","user":"sammy"}
 *              ^ timeStart       name ^      ^ restStart
 *
 * Lines are read where they lie, in a frame's bytes, without making objects or strings of them.
 */
const timeOpening = Buffer.from('{"@time":')
export const timeStart = timeOpening.length
const streamOpening = Buffer.from(',"@stream":"')
const idOpening = Buffer.from(',"@id":"')
const newline = 0x0a
const quote = 0x22
const comma = 0x2c
const backslash = 0x5c

/**
 * Writes the head of a line, what precedes its `@id` or the event's own members, to `out` and
 * returns the position behind it; `streamMember` is what the function of that name makes of the
 * stream. Needs room for `lineHeadBytesMax` and the member.
 */
export function writeLineHead(
  out: Uint8Array,
  start: number,
  timeMicros: number,
  streamMember: Uint8Array,
): number {
  for (let i = 0; i < timeStart; i++) out[start + i] = timeOpening[i]!
  let at = writeDigits(out, start + timeStart, timeMicros)
  for (let i = 0; i < streamMember.length; i++) out[at++] = streamMember[i]!
  return at
}

/** The member that names this stream, with the comma before it. */
export function streamMember(stream: string): Buffer {
  return Buffer.from(`,"@stream":"${stream}"`, 'latin1')
}

/** Longest head, less its stream: 2^53 has 16 digits. */
export const lineHeadBytesMax = timeStart + 16

// By hand and in two halves that fit small integers: a string a line would cost more than the rest.
function writeDigits(out: Uint8Array, start: number, value: number): number {
  const end = start + (value >= 1e15 ? 16 : String(value).length)
  let high = Math.floor(value / 1e8)
  let low = value - high * 1e8
  const lowStart = Math.max(start, end - 8)
  for (let at = end - 1; at >= lowStart; at--) {
    out[at] = 48 + (low % 10)
    low = (low / 10) | 0
  }
  for (let at = lowStart - 1; at >= start; at--) {
    out[at] = 48 + (high % 10)
    high = (high / 10) | 0
  }
  return end
}

/**
 * Walks the lines of one frame. After `next()` the fields tell of the line at hand. The same object
 * serves a whole frame, so that reading makes no garbage a line.
 */
export class LineWalker {
  bytes: Buffer
  start = 0
  /** Behind the closing brace, where the newline is. */
  end = -1
  timeMicros = 0
  stream = ''
  /** Behind the quote that closes the stream's name. */
  restStart = 0
  #streamStart = 0
  #streamEnd = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  /** Moves to the next line; false behind the last. Throws `corrupt` for a line of another form. */
  next(): boolean {
    const start = this.end + 1
    if (start >= this.bytes.length) return false
    const end = this.bytes.indexOf(newline, start)
    if (end < 0) throw this.#fault(start, 'has no end')
    this.readAt(start, end)
    return true
  }

  /** Looks at the line that another walker looks at. */
  follow(other: LineWalker): void {
    this.bytes = other.bytes
    this.start = other.start
    this.end = other.end
    this.timeMicros = other.timeMicros
    this.stream = other.stream
    this.restStart = other.restStart
    this.#streamStart = other.#streamStart
    this.#streamEnd = other.#streamEnd
  }

  /** Looks at the line that lies at [start, end). */
  readAt(start: number, end: number): void {
    const { bytes } = this
    this.start = start
    this.end = end
    let at = start + timeStart
    let time = 0
    for (;;) {
      const digit = bytes[at]! - 48
      if (!(digit >= 0 && digit <= 9)) break
      time = time * 10 + digit
      at++
    }
    if (time > timeMicrosMax) throw this.#fault(start, 'has a time that is none')
    this.timeMicros = time
    const nameStart = at + streamOpening.length
    if (bytes[at] !== comma || bytes[nameStart - 1] !== quote || nameStart >= end) {
      throw this.#fault(start, 'does not begin with @time and @stream')
    }
    this.#readStream(nameStart)
  }

  #readStream(nameStart: number): void {
    const { bytes } = this
    const nameEnd = nameStart + (this.#streamEnd - this.#streamStart)
    if (!this.#isSameName(nameStart, nameEnd)) {
      const closing = bytes.indexOf(quote, nameStart)
      if (closing < 0 || closing >= this.end) throw this.#fault(this.start, 'has no stream')
      this.stream = bytes.toString('latin1', nameStart, closing)
      this.#streamEnd = closing
    } else this.#streamEnd = nameEnd
    this.#streamStart = nameStart
    this.restStart = this.#streamEnd + 1
  }

  #isSameName(nameStart: number, nameEnd: number): boolean {
    const { bytes } = this
    if (nameEnd === nameStart || bytes[nameEnd] !== quote) return false
    for (let at = nameStart, last = this.#streamStart; at < nameEnd; at++, last++) {
      if (bytes[at] !== bytes[last]) return false
    }
    return true
  }

  /** Whether the event has an id of its own. */
  get hasId(): boolean {
    const { bytes, restStart } = this
    for (let i = 0; i < idOpening.length; i++) {
      if (bytes[restStart + i] !== idOpening[i]) return false
    }
    return true
  }

  /** Behind the quote that closes the `@id`, or 0 when there is none. */
  get idEnd(): number {
    if (!this.hasId) return 0
    const { bytes } = this
    let at = this.restStart + idOpening.length
    while (at < this.end && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1
    if (at >= this.end) throw this.#fault(this.start, 'has an @id without end')
    return at + 1
  }

  #fault(start: number, what: string): ArchiveError {
    return new ArchiveError('corrupt', `line at ${start} of a frame ${what}`)
  }
}

/** Order of lines: stream, time, the bytes behind the stream. Negative, zero or positive. */
export function compareLines(a: LineWalker, b: LineWalker): number {
  if (a.stream !== b.stream) return a.stream < b.stream ? -1 : 1
  if (a.timeMicros !== b.timeMicros) return a.timeMicros - b.timeMicros
  return compareBytes(a.bytes, a.restStart, a.end, b.bytes, b.restStart, b.end)
}

/**
 * Order of [aStart, aEnd) and [bStart, bEnd). By hand, because it mostly ends within a few bytes,
 * long before a call of `Buffer.compare` would begin.
 */
export function compareBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const length = Math.min(aEnd - aStart, bEnd - bStart)
  for (let i = 0; i < length; i++) {
    const difference = a[aStart + i]! - b[bStart + i]!
    if (difference !== 0) return difference
  }
  return aEnd - aStart - (bEnd - bStart)
}

/** Whether two lines are the same event: one stream, one time, one `@id`. */
export function sameEvent(a: LineWalker, b: LineWalker): boolean {
  if (a.timeMicros !== b.timeMicros || a.stream !== b.stream) return false
  const aEnd = a.idEnd
  const bEnd = b.idEnd
  return (
    aEnd > 0 &&
    bEnd > 0 &&
    compareBytes(a.bytes, a.restStart, aEnd, b.bytes, b.restStart, bEnd) === 0
  )
}
