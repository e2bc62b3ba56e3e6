import { hash } from 'node:crypto'
import type { LineWalker } from '../bucket/line.ts'
import { encodeBytes } from '../core/base32.ts'
import type { Place } from './position.ts'

/** Memory of a candidate beside its line, roughly. */
const overheadBytes = 250
const separator = Buffer.from([0])

/** A line that is held until everything that may precede it has been seen. */
export class Candidate implements Place {
  readonly line: Buffer
  readonly timeMicros: number
  readonly stream: string
  /** Behind the stream's closing quote, and behind the `@id`'s, 0 without one. */
  readonly restStart: number
  readonly idEnd: number
  /** Whether the query matches it. One that does not is held because it may outdo one that does. */
  readonly isMatch: boolean
  /** How many events have this very line; more than 1 only without `@id`. */
  count = 1
  #hash: string | undefined

  /** Copies the line the walker is at. */
  constructor(walker: LineWalker, isMatch: boolean) {
    this.line = Buffer.from(walker.bytes.subarray(walker.start, walker.end))
    this.timeMicros = walker.timeMicros
    this.stream = walker.stream
    this.restStart = walker.restStart - walker.start
    this.idEnd = walker.hasId ? walker.idEnd - walker.start : 0
    this.isMatch = isMatch
  }

  /** 64 bits of SHA-256 of the stream and the event's own id, or all of the event without one. */
  get hash(): string {
    this.#hash ??= hashOf(this.stream, this.#identifying())
    return this.#hash
  }

  #identifying(): Buffer {
    if (this.idEnd === 0) return this.line.subarray(this.restStart)
    return this.line.subarray(this.restStart + ',"@id":'.length, this.idEnd)
  }

  get sizeBytes(): number {
    return this.line.length + overheadBytes
  }
}

function hashOf(stream: string, identifying: Buffer): string {
  const content = Buffer.concat([Buffer.from(stream, 'latin1'), separator, identifying])
  return encodeBytes(hash('sha256', content, 'buffer').subarray(0, 8))
}

/** Order of the bytes behind the stream; with equal place this is the order of lines. */
export function compareRests(a: Candidate, b: Candidate): number {
  return a.line.compare(b.line, b.restStart, b.line.length, a.restStart, a.line.length)
}

/** Whether two candidates of one place have the same `@id`: they are one event. */
export function isSameEvent(a: Candidate, b: Candidate): boolean {
  return (
    a.idEnd > 0 &&
    b.idEnd - b.restStart === a.idEnd - a.restStart &&
    a.line.compare(b.line, b.restStart, b.idEnd, a.restStart, a.idEnd) === 0
  )
}
