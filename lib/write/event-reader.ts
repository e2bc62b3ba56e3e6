import { skipSpace } from '../bytes/json.ts'
import type { ErrorDetail } from '../core/errors.ts'
import { eventIdLengthMax, storedId } from '../core/event-id.ts'
import { streamNameFault } from '../core/stream-name.ts'
import { epochTextToMicros, epochToMicros, parseTime, readUtcTime } from '../core/time.ts'
import { MemberScan } from './member-scan.ts'

/** Members looked at for an event's time when the caller names none, first that holds one. */
const defaultTimeFields: readonly string[] = ['@time', '@timestamp', 'timestamp', 'time', 'ts']
const defaultIdFields: readonly string[] = ['@id']
/** Smaller numbers (1973, in seconds) under a name other than `@time` are durations or the like. */
const plausibleEpochMin = 1e8
const quote = 0x22

/**
 * Reads one received event where it lies: checks that it is one JSON object, finds its time,
 * stream and id, and notes which members are taken out of it. One reader serves a whole batch, and
 * an event of the common form costs no object and no string but its own id.
 */
export class EventReader {
  timeMicros: number | undefined
  stream: string | undefined
  /** The `@id` as a JSON string with its quotes, in one canonical spelling. */
  id: string | undefined
  /** Members taken out, three positions each: its name, behind its value, the next name or 0. */
  readonly removed: number[] = []
  readonly #names: readonly Name[]
  readonly #timeNames: readonly Name[]
  readonly #idNames: readonly Name[]
  readonly #streamName: Name
  /** Names of interest by length, so that most members are passed over by one look. */
  readonly #namesByLength: (readonly Name[] | undefined)[] = []
  readonly #scan: MemberScan
  #lastStreamJson = ''
  #lastStream = ''

  constructor(timeFields = defaultTimeFields, idFields = defaultIdFields) {
    const times = withReserved('@time', timeFields)
    const ids = withReserved('@id', idFields)
    this.#names = [...new Set(['@stream', ...times, ...ids])].map(makeName)
    const named = (text: string) => this.#names.find(name => name.text === text)!
    this.#streamName = named('@stream')
    this.#timeNames = times.map(named)
    this.#idNames = ids.map(named)
    for (const name of this.#names) {
      const sameLength = this.#namesByLength[name.bytes.length] ?? []
      this.#namesByLength[name.bytes.length] = [...sameLength, name]
    }
    this.#scan = new MemberScan(this.#names.map(name => name.bytes.length))
  }

  /** Reads [start, end) of `bytes`; the fault when it is no event, else `undefined`. */
  read(bytes: Buffer, start: number, end: number): ErrorDetail | undefined {
    if (this.removed.length > 0) this.removed.length = 0
    for (const name of this.#names) name.valueStart = 0
    this.timeMicros = undefined
    this.stream = undefined
    this.id = undefined
    const stop = this.#readMembers(bytes, start, end)
    if (stop < 0) return syntaxFault(bytes, start, ~stop, end)
    const rest = skipSpace(bytes, stop, end)
    if (rest < end) return syntaxFault(bytes, start, rest, end)
    return this.#takeStream(bytes) ?? this.#takeTime(bytes) ?? this.#takeId(bytes)
  }

  #readMembers(bytes: Buffer, start: number, end: number): number {
    const scan = this.#scan
    const stop = scan.read(bytes, start, end)
    for (let i = 0; i < scan.count; i++) {
      const nameStart = scan.nameStart(i)
      const name = scan.hasEscapedName(i)
        ? this.#escapedName(bytes, nameStart, scan.nameEnd(i))
        : this.#plainName(bytes, nameStart, scan.nameEnd(i))
      if (!name) continue
      name.valueStart = scan.valueStart(i)
      name.valueEnd = scan.valueEnd(i)
      if (name.isReserved) this.removed.push(nameStart, name.valueEnd, scan.nextName(i))
    }
    return stop
  }

  #plainName(bytes: Buffer, start: number, end: number): Name | undefined {
    const names = this.#namesByLength[end - start - 2]
    if (names) {
      for (const name of names) if (startsWith(bytes, start + 1, name.bytes)) return name
    }
    return undefined
  }

  #escapedName(bytes: Buffer, start: number, end: number): Name | undefined {
    const text = JSON.parse(bytes.toString('utf8', start, end))
    return this.#names.find(name => name.text === text)
  }

  #takeStream(bytes: Buffer): ErrorDetail | undefined {
    const { valueStart, valueEnd } = this.#streamName
    if (valueStart === 0) return undefined
    const json = bytes.toString('utf8', valueStart, valueEnd)
    if (json !== this.#lastStreamJson) {
      const stream = JSON.parse(json)
      const fault = streamNameFault(stream)
      if (fault) return { pointer: '/@stream', detail: fault }
      this.#lastStreamJson = json
      this.#lastStream = stream
    }
    this.stream = this.#lastStream
    return undefined
  }

  #takeTime(bytes: Buffer): ErrorDetail | undefined {
    for (const name of this.#timeNames) {
      const { valueStart, valueEnd } = name
      if (valueStart === 0) continue
      const isReserved = name.text === '@time'
      const time = readTime(bytes, valueStart, valueEnd, isReserved ? 0 : plausibleEpochMin)
      if (time === 'none given') continue
      this.timeMicros = time
      if (time !== undefined) return undefined
      if (isReserved) return timeFault(bytes.toString('utf8', valueStart, valueEnd))
    }
    return undefined
  }

  #takeId(bytes: Buffer): ErrorDetail | undefined {
    for (const { text: name, valueStart, valueEnd } of this.#idNames) {
      if (valueStart === 0) continue
      const text = bytes.toString('utf8', valueStart, valueEnd)
      this.id = storedId(text)
      if (!this.id && name === '@id') return idFault(text, 'expected a string or a number')
      if (this.id && this.id.length > eventIdLengthMax) {
        return idFault(`${text.slice(0, 40)}…`, `longer than ${eventIdLengthMax} characters`)
      }
      if (this.id) return undefined
    }
    return undefined
  }
}

/** A member of interest, and where its value lies in the event at hand; a start of 0 is nowhere. */
interface Name {
  readonly text: string
  readonly bytes: Uint8Array
  readonly isReserved: boolean
  valueStart: number
  valueEnd: number
}

function makeName(text: string): Name {
  const isReserved = text === '@time' || text === '@stream' || text === '@id'
  return { text, bytes: Buffer.from(text), isReserved, valueStart: 0, valueEnd: 0 }
}

// The reserved members are taken out of the event: passing one over would lose what it says.
function withReserved(name: string, fields: readonly string[]): readonly string[] {
  return fields.includes(name) ? fields : [name, ...fields]
}

function startsWith(bytes: Uint8Array, start: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[start + i] !== wanted[i]) return false
  return true
}

/** The time a JSON value spells; `undefined` when it spells none; the number 0 says none. */
function readTime(
  bytes: Buffer,
  start: number,
  end: number,
  epochMin: number,
): number | 'none given' | undefined {
  const isString = bytes[start] === quote
  if (isString) {
    const time = readUtcTime(bytes, start + 1, end - 1)
    if (time !== undefined) return time
  }
  const text = isString ? stringAt(bytes, start, end) : bytes.toString('latin1', start, end)
  const isDecimal = /^\d+(\.\d+)?$/.test(text)
  if (isString && !isDecimal) return parseTime(text)
  const epoch = Number(text)
  if (epoch === 0) return 'none given'
  if (!(epoch >= epochMin)) return undefined
  return isDecimal ? epochTextToMicros(text) : epochToMicros(epoch)
}

/** A time is ASCII; encoders that escape the `+` of its offset are common, though. */
function stringAt(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('latin1', start + 1, end - 1)
  return text.includes('\\') ? JSON.parse(bytes.toString('utf8', start, end)) : text
}

function timeFault(text: string): ErrorDetail {
  return {
    pointer: '/@time',
    detail: `@time ${text.slice(0, 60)} is no time between 1970 and 2255`,
    hint: 'RFC 3339, e.g. "2026-03-01T12:00:00Z", or seconds, ms, µs or ns since 1970',
  }
}

function idFault(text: string, what: string): ErrorDetail {
  return { pointer: '/@id', detail: `@id ${text.slice(0, 60)}: ${what}` }
}

function syntaxFault(bytes: Buffer, start: number, at: number, end: number): ErrorDetail {
  if (at >= end) return { detail: `JSON ends too early, after ${end - start} bytes` }
  const found = JSON.stringify(bytes.toString('utf8', at, Math.min(end, at + 12)))
  if (at === start) return { detail: `expected a JSON object, found ${found}` }
  return { detail: `JSON cannot be parsed at byte ${at - start}: found ${found}` }
}
