import { jsonDepthMax } from '../bytes/json.ts'
import { ArchiveError } from '../core/errors.ts'

/** Steps over parts of stored lines, which are valid JSON. */

export const quote = 0x22
export const backslash = 0x5c
export const comma = 0x2c
export const openBrace = 0x7b
export const closeBrace = 0x7d
export const openBracket = 0x5b
export const closeBracket = 0x5d

/** Throws `corrupt` for a value nested deeper than a stored line's: a walk would pass its stack. */
export function checkDepth(depth: number, at: number): void {
  if (depth <= jsonDepthMax) return
  throw new ArchiveError('corrupt', `the value at ${at} of a frame is nested too deep`)
}

/** These end at the end of the bytes at the latest: a damaged line must not hold up a reader. */
export function skipBlanks(bytes: Buffer, start: number): number {
  let at = start
  while (bytes[at]! <= 0x20) at++
  return at
}

export function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1
  return at + 1
}

/** A number or a literal ends at a comma, a blank or a closing brace or bracket. */
export function endOfScalar(bytes: Buffer, start: number): number {
  let at = start
  while (at < bytes.length) {
    const byte = bytes[at]!
    if (byte === comma || byte <= 0x20 || byte === closeBrace || byte === closeBracket) break
    at++
  }
  return at
}

export function endOfValue(bytes: Buffer, start: number): number {
  const first = bytes[start]!
  if (first === quote) return endOfString(bytes, start)
  if (first !== openBrace && first !== openBracket) return endOfScalar(bytes, start)
  let depth = 0
  let at = start
  do {
    const byte = bytes[at]!
    if (byte === openBrace || byte === openBracket) depth++
    else if (byte === closeBrace || byte === closeBracket) depth--
    at = byte === quote ? endOfString(bytes, at) : at + 1
  } while (depth > 0 && at < bytes.length)
  return at
}
