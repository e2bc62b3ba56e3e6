import { isUtf8 } from 'node:buffer'
import { skipSpace, skipString, skipValue } from '../bytes/json.ts'
import { epochToMicros, parseTime } from '../core/time.ts'

/** What an importer must know of a JSON event: that it is one, and its time. */
export type InspectedObject =
  | { readonly fault: string }
  | { readonly fault?: undefined; readonly timeMicros: number | undefined }

/**
 * Checks that the bytes are one JSON object in UTF-8 and finds its time: the first of `timeFields` among
 * its own members that holds one. An `@time` that holds none is a fault.
 */
export function inspectObject(bytes: Buffer, timeFields: readonly string[]): InspectedObject {
  if (!isUtf8(bytes)) return { fault: 'not UTF-8' }
  const ranks = ranksOf(timeFields)
  const end = bytes.length
  let at = skipSpace(bytes, 0, end)
  if (bytes[at] !== 0x7b) return { fault: at < end ? 'not a JSON object' : 'empty' }
  let found: number | undefined
  let foundRank = timeFields.length
  at = skipSpace(bytes, at + 1, end)
  while (bytes[at] !== 0x7d) {
    const nameEnd = bytes[at] === 0x22 ? skipString(bytes, at, end) : ~at
    const valueStart = nameEnd < 0 ? nameEnd : afterColon(bytes, nameEnd, end)
    const valueEnd = valueStart < 0 ? valueStart : skipValue(bytes, valueStart, end, 1)
    if (valueEnd < 0) return notJson(bytes, ~valueEnd)
    const name = bytes.toString('latin1', at + 1, Math.min(nameEnd - 1, at + 33))
    const rank = ranks.get(name)
    if (rank !== undefined && rank < foundRank) {
      const value = bytes.toString('latin1', valueStart, Math.min(valueEnd, valueStart + 64))
      const micros = timeOfValue(value, name)
      if (micros !== undefined) [found, foundRank] = [micros, rank]
      else if (name === '@time') return { fault: '@time holds no time' }
    }
    at = skipSpace(bytes, valueEnd, end)
    if (bytes[at] === 0x7d) break
    if (bytes[at] !== 0x2c) return notJson(bytes, at)
    at = skipSpace(bytes, at + 1, end)
    // `{"a":1,}`: a member must follow a comma.
    if (bytes[at] !== 0x22) return notJson(bytes, at)
  }
  const after = skipSpace(bytes, at + 1, end)
  return after < end ? notJson(bytes, after) : { timeMicros: found }
}

const rankCache = new WeakMap<readonly string[], ReadonlyMap<string, number>>()

function ranksOf(timeFields: readonly string[]): ReadonlyMap<string, number> {
  let ranks = rankCache.get(timeFields)
  if (!ranks) {
    ranks = new Map(timeFields.map((name, rank) => [name, rank]))
    rankCache.set(timeFields, ranks)
  }
  return ranks
}

function afterColon(bytes: Buffer, start: number, end: number): number {
  const at = skipSpace(bytes, start, end)
  return bytes[at] === 0x3a ? skipSpace(bytes, at + 1, end) : ~at
}

function notJson(bytes: Buffer, at: number): InspectedObject {
  const what = at < bytes.length ? 'this cannot stand there' : 'it ends too early'
  return { fault: `no JSON at byte ${at}: ${what}` }
}

/** Smaller numbers (1973, in seconds) under a name other than `@time` are durations or the like. */
const plausibleEpochMin = 1e8

/** The same reading of a value as the archive's own (lib/write/event-reader.ts). */
function timeOfValue(json: string, name: string): number | undefined {
  const text = json.startsWith('"') ? json.slice(1, -1) : json
  const decimal = /^\d+(\.\d+)?$/.test(text)
  if (text !== json && !decimal) return parseTime(text)
  if (!(Number(text) >= (name === '@time' ? 0 : plausibleEpochMin))) return undefined
  return decimal ? parseTime(text) : epochToMicros(Number(text))
}
