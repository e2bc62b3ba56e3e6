import { skipSpace, skipValue } from '../bytes/json.ts'

const openBrace = 0x7b
const openBracket = 0x5b
const closeBracket = 0x5d
const comma = 0x2c
const lineFeed = 0x0a

/**
 * The parts of a payload that are events: objects one after another with or without line feeds
 * between them, objects of one array, or else all of it. Of objects one after another, a part that
 * is none ends with its line, so that it spoils no other.
 */
export function payloadParts(payload: Buffer): Buffer[] {
  const start = skipSpace(payload, 0, payload.length)
  if (payload[start] === openBrace) return objectsFrom(payload, start)
  if (payload[start] === openBracket) return elementsFrom(payload, start + 1) ?? [payload]
  return start === payload.length ? [] : [payload]
}

function objectsFrom(payload: Buffer, start: number): Buffer[] {
  const parts: Buffer[] = []
  for (let at = start; at < payload.length; at = skipSpace(payload, at, payload.length)) {
    const end = payload[at] === openBrace ? skipValue(payload, at, payload.length) : -1
    const lineEnd = payload.indexOf(lineFeed, at)
    const stop = end > 0 ? end : lineEnd < 0 ? payload.length : lineEnd
    parts.push(payload.subarray(at, stop))
    at = stop
  }
  return parts
}

/** `undefined` when this is no array of objects: log lines like to begin with a bracket. */
function elementsFrom(payload: Buffer, start: number): Buffer[] | undefined {
  const parts: Buffer[] = []
  const next = (at: number) => skipSpace(payload, at, payload.length)
  let at = next(start)
  if (payload[at] !== openBrace) return undefined
  for (;;) {
    const end = payload[at] === openBrace ? skipValue(payload, at, payload.length) : -1
    if (end < 0) return undefined
    parts.push(payload.subarray(at, end))
    at = next(end)
    if (payload[at] === closeBracket) return next(at + 1) === payload.length ? parts : undefined
    if (payload[at] !== comma) return undefined
    at = next(at + 1)
  }
}
