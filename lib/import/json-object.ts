import { isUtf8 } from 'node:buffer'
import { skipKey, skipSpace, skipString, skipValue } from '../bytes/json.ts'
import { eventIdLengthMax, storedId } from '../core/event-id.ts'
import { streamNameFault } from '../core/stream-name.ts'
import { epochTextToMicros, epochToMicros, parseTime } from '../core/time.ts'

/** What an importer must know of a JSON event: that it is one, and its time. */
export type InspectedObject =
  | { readonly fault: string }
  | { readonly fault?: undefined; readonly timeMicros: number | undefined }

/**
 * Checks that the bytes are one JSON object in UTF-8 and finds its time: the first of `timeFields`
 * among its own members that holds one. An `@time` that holds none is a fault, and so are an
 * `@stream` and an `@id` that no event may have. The archive reads events by the same rules
 * (lib/write/event-reader.ts); test/import/json-object.test.ts compares.
 */
export function inspectObject(bytes: Buffer, timeFields: readonly string[]): InspectedObject {
  if (!isUtf8(bytes)) return { fault: 'not UTF-8' }
  const values = new Map<string, string>()
  const stop = readMembers(bytes, timeFields, values)
  if (stop < 0) return { fault: syntaxFault(bytes, ~stop) }
  const fault = streamFault(values.get('@stream')) ?? idFault(values.get('@id'))
  if (fault !== undefined) return { fault }
  for (const name of timeFields) {
    const value = values.get(name)
    if (value === undefined) continue
    const time = timeOfValue(value, name === '@time' ? 0 : plausibleEpochMin)
    if (time === 'none given') continue
    if (time !== undefined) return { timeMicros: time }
    if (name === '@time') return { fault: '@time holds no time' }
  }
  return { timeMicros: undefined }
}

/** Notes the JSON text of the wanted members, of equal names the last; see lib/bytes/json.ts. */
function readMembers(
  bytes: Buffer,
  wanted: readonly string[],
  values: Map<string, string>,
): number {
  const end = bytes.length
  let at = skipSpace(bytes, 0, end)
  if (bytes[at] !== 0x7b) return ~at
  at = skipSpace(bytes, at + 1, end)
  while (bytes[at] !== 0x7d) {
    const valueStart = skipKey(bytes, at, end)
    if (valueStart < 0) return valueStart
    const valueEnd = skipValue(bytes, valueStart, end, 1)
    if (valueEnd < 0) return valueEnd
    const name = nameAt(bytes, at)
    const isWanted = wanted.includes(name) || name === '@stream' || name === '@id'
    if (isWanted) values.set(name, bytes.toString('utf8', valueStart, valueEnd))
    at = skipSpace(bytes, valueEnd, end)
    if (bytes[at] === 0x7d) break
    if (bytes[at] !== 0x2c) return ~at
    at = skipSpace(bytes, at + 1, end)
    if (bytes[at] !== 0x22) return ~at
  }
  const stop = skipSpace(bytes, at + 1, end)
  return stop < end ? ~stop : stop
}

/** The name whose opening quote stands here. */
function nameAt(bytes: Buffer, start: number): string {
  const end = bytes.indexOf(0x22, start + 1)
  const text = bytes.toString('utf8', start + 1, end)
  if (!text.includes('\\')) return text
  return JSON.parse(bytes.toString('utf8', start, skipString(bytes, start, bytes.length)))
}

function streamFault(json: string | undefined): string | undefined {
  return json === undefined ? undefined : streamNameFault(JSON.parse(json))
}

function idFault(json: string | undefined): string | undefined {
  if (json === undefined) return undefined
  const id = storedId(json)
  if (id === undefined) return `@id ${json.slice(0, 60)}: expected a string or a number`
  return id.length > eventIdLengthMax
    ? `@id is longer than ${eventIdLengthMax} characters`
    : undefined
}

function syntaxFault(bytes: Buffer, at: number): string {
  const start = skipSpace(bytes, 0, bytes.length)
  if (at === start && at < bytes.length) return 'not a JSON object'
  const what = at < bytes.length ? 'this cannot stand there' : 'it ends too early'
  return `no JSON at byte ${at}: ${what}`
}

/** Smaller numbers (1973, in seconds) under a name other than `@time` are durations or the like. */
const plausibleEpochMin = 1e8

function timeOfValue(json: string, epochMin: number): number | 'none given' | undefined {
  const isString = json.startsWith('"')
  const text: string = isString ? JSON.parse(json) : json
  const isDecimal = /^\d+(\.\d+)?$/.test(text)
  if (isString && !isDecimal) return parseTime(text)
  const epoch = Number(text)
  if (epoch === 0) return 'none given'
  if (!(epoch >= epochMin)) return undefined
  return isDecimal ? epochTextToMicros(text) : epochToMicros(epoch)
}
