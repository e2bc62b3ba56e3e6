import { skipKey, skipSpace, skipString, skipValue } from '../bytes/json.ts'
import type { ErrorDetail } from '../core/errors.ts'
import { streamNameFault } from '../core/stream-name.ts'
import { epochTextToMicros, epochToMicros, parseTime } from '../core/time.ts'

/** Members looked at for an event's time when the caller names none, first that holds one. */
export const defaultTimeFields: readonly string[] = [
  '@time',
  '@timestamp',
  'timestamp',
  'time',
  'ts',
]
export const defaultIdFields: readonly string[] = ['@id']

/** Longest `@id`, in characters. */
const idLengthMax = 512
/** Smaller numbers (1973, in seconds) under a name other than `@time` are durations or the like. */
const plausibleEpochMin = 1e8
const backslash = 0x5c
const closingBrace = 0x7d

/**
 * Reads one received event where it lies: checks that it is one JSON object, finds its time, stream
 * and id, and notes which members are taken out of it. One reader serves a whole batch.
 */
export class EventReader {
  timeMicros: number | undefined
  stream: string | undefined
  /** The `@id` as a JSON string with its quotes, in one canonical spelling. */
  id: string | undefined
  /**
   * Members taken out, three positions each: of its name, behind its value, of the next name or 0.
   */
  readonly removed: number[] = []
  readonly #timeFields: readonly string[]
  readonly #idFields: readonly string[]
  /** Names of interest by length, so that most members are passed over by one look. */
  readonly #namesByLength: (readonly Name[] | undefined)[] = []
  readonly #values = new Map<string, readonly [start: number, end: number]>()

  constructor(timeFields = defaultTimeFields, idFields = defaultIdFields) {
    this.#timeFields = withReserved('@time', timeFields)
    this.#idFields = withReserved('@id', idFields)
    for (const text of new Set(['@stream', ...this.#timeFields, ...this.#idFields])) {
      const name = { text, bytes: Buffer.from(text) }
      const sameLength = this.#namesByLength[name.bytes.length] ?? []
      this.#namesByLength[name.bytes.length] = [...sameLength, name]
    }
  }

  /** Reads [start, end) of `bytes`; the fault when it is no event, else `undefined`. */
  read(bytes: Buffer, start: number, end: number): ErrorDetail | undefined {
    this.removed.length = 0
    this.#values.clear()
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
    if (bytes[start] !== 0x7b) return ~start
    let at = skipSpace(bytes, start + 1, end)
    if (bytes[at] === closingBrace && at < end) return at + 1
    for (;;) {
      const valueStart = skipKey(bytes, at, end)
      if (valueStart < 0) return valueStart
      const valueEnd = skipValue(bytes, valueStart, end, 1)
      if (valueEnd < 0) return valueEnd
      const next = skipSpace(bytes, valueEnd, end)
      if (next >= end) return ~end
      const last = bytes[next] === closingBrace
      if (!last && bytes[next] !== 0x2c) return ~next
      const nextName = last ? 0 : skipSpace(bytes, next + 1, end)
      this.#noteMember(bytes, at, valueStart, valueEnd, nextName)
      if (last) return next + 1
      at = nextName
    }
  }

  #noteMember(bytes: Buffer, at: number, valueStart: number, valueEnd: number, next: number): void {
    const name = this.#interestingName(bytes, at)
    if (name === undefined) return
    this.#values.set(name, [valueStart, valueEnd])
    if (name === '@time' || name === '@stream' || name === '@id') {
      this.removed.push(at, valueEnd, next)
    }
  }

  #interestingName(bytes: Buffer, at: number): string | undefined {
    let end = at + 1
    for (; bytes[end] !== 0x22; end++) {
      if (bytes[end] === backslash) return this.#escapedName(bytes, at)
    }
    const names = this.#namesByLength[end - at - 1]
    return names?.find(name => bytes.compare(name.bytes, 0, name.bytes.length, at + 1, end) === 0)
      ?.text
  }

  #escapedName(bytes: Buffer, at: number): string | undefined {
    const name = JSON.parse(bytes.toString('utf8', at, skipString(bytes, at, bytes.length)))
    return this.#namesByLength[Buffer.byteLength(name)]?.find(each => each.text === name)?.text
  }

  #takeStream(bytes: Buffer): ErrorDetail | undefined {
    const span = this.#values.get('@stream')
    if (!span) return undefined
    const stream = JSON.parse(bytes.toString('utf8', span[0], span[1]))
    const fault = streamNameFault(stream)
    if (fault) return { pointer: '/@stream', detail: fault }
    this.stream = stream
    return undefined
  }

  #takeTime(bytes: Buffer): ErrorDetail | undefined {
    for (const name of this.#timeFields) {
      const span = this.#values.get(name)
      if (!span) continue
      const isReserved = name === '@time'
      const time = readTime(bytes, span[0], span[1], isReserved ? 0 : plausibleEpochMin)
      if (time === 'none given') continue
      this.timeMicros = time
      if (time !== undefined) return undefined
      if (isReserved) return timeFault(bytes.toString('utf8', span[0], span[1]))
    }
    return undefined
  }

  #takeId(bytes: Buffer): ErrorDetail | undefined {
    for (const name of this.#idFields) {
      const span = this.#values.get(name)
      if (!span) continue
      const text = bytes.toString('utf8', span[0], span[1])
      const id: unknown = JSON.parse(text)
      if (typeof id === 'number') this.id = JSON.stringify(text)
      else if (typeof id === 'string' && id !== '') this.id = JSON.stringify(id)
      else if (name === '@id') return idFault(text, 'expected a string or a number')
      if (this.id && this.id.length > idLengthMax) {
        return idFault(`${text.slice(0, 40)}…`, `longer than ${idLengthMax} characters`)
      }
      if (this.id) return undefined
    }
    return undefined
  }
}

interface Name {
  readonly text: string
  readonly bytes: Buffer
}

// The reserved members are taken out of the event: passing one over would lose what it says.
function withReserved(name: string, fields: readonly string[]): readonly string[] {
  return fields.includes(name) ? fields : [name, ...fields]
}

/**
 * The time a JSON value spells; `undefined` when it spells none; the number 0 says none is given.
 */
function readTime(
  bytes: Buffer,
  start: number,
  end: number,
  epochMin: number,
): number | 'none given' | undefined {
  const isString = bytes[start] === 0x22
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
