/**
 * A strict JSON scanner over bytes: finds where values end, makes no values. Functions return the
 * position after what they scanned, or `~position` (negative) of the byte that cannot stand there.
 * Whether strings are valid UTF-8 is checked elsewhere, once for a whole body.
 */

const quote = 0x22
const backslash = 0x5c
/** Nesting deeper than this is refused, so that no scanner or parser overflows its stack. */
export const jsonDepthMax = 256

export function skipSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end) {
    const byte = bytes[at]!
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break
    at++
  }
  return at
}

/** `start` is at the opening quote. */
export function skipString(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 1
  for (;;) {
    let byte = 0
    for (; at < end; at++) {
      byte = bytes[at]!
      if (byte === quote || byte === backslash || byte < 0x20) break
    }
    if (at >= end) return ~end
    if (byte === quote) return at + 1
    if (byte !== backslash) return ~at
    at = skipEscape(bytes, at, end)
    if (at < 0) return at
  }
}

function skipEscape(bytes: Uint8Array, start: number, end: number): number {
  const escaped = start + 1 < end ? bytes[start + 1]! : 0
  if (escaped === 0x75) {
    for (let at = start + 2; at < start + 6; at++) {
      if (at >= end || !isHexDigit(bytes[at]!)) return ~at
    }
    return start + 6
  }
  return isEscapable[escaped] === 1 ? start + 2 : ~(start + 1)
}

const isEscapable = new Uint8Array(256)
for (const letter of '"\\/bfnrt') isEscapable[letter.charCodeAt(0)] = 1

function isHexDigit(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x46) ||
    (byte >= 0x61 && byte <= 0x66)
  )
}

function skipNumber(bytes: Uint8Array, start: number, end: number): number {
  let at = bytes[start] === 0x2d ? start + 1 : start
  const whole = at
  at = skipDigits(bytes, at, end)
  if (at === whole || (bytes[whole] === 0x30 && at > whole + 1)) return ~whole
  if (at < end && bytes[at] === 0x2e) {
    const fraction = at + 1
    at = skipDigits(bytes, fraction, end)
    if (at === fraction) return ~at
  }
  if (at < end && (bytes[at] === 0x65 || bytes[at] === 0x45)) {
    at++
    if (at < end && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at++
    const exponent = at
    at = skipDigits(bytes, exponent, end)
    if (at === exponent) return ~at
  }
  return at
}

function skipDigits(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++
  return at
}

/** Any value; `start` is at its first byte. */
export function skipValue(bytes: Uint8Array, start: number, end: number, depth = 0): number {
  if (start >= end) return ~end
  const first = bytes[start]!
  if (first === quote) return skipString(bytes, start, end)
  if (first === 0x7b) return skipObject(bytes, start, end, depth)
  if (first === 0x5b) return skipArray(bytes, start, end, depth)
  if (first === 0x74) return skipLiteral(bytes, start, end, 'true')
  if (first === 0x66) return skipLiteral(bytes, start, end, 'false')
  if (first === 0x6e) return skipLiteral(bytes, start, end, 'null')
  return skipNumber(bytes, start, end)
}

function skipLiteral(bytes: Uint8Array, start: number, end: number, literal: string): number {
  for (let i = 0; i < literal.length; i++) {
    if (start + i >= end || bytes[start + i] !== literal.charCodeAt(i)) return ~(start + i)
  }
  return start + literal.length
}

function skipObject(bytes: Uint8Array, start: number, end: number, depth: number): number {
  if (depth >= jsonDepthMax) return ~start
  let at = skipSpace(bytes, start + 1, end)
  if (at < end && bytes[at] === 0x7d) return at + 1
  for (;;) {
    at = skipKey(bytes, at, end)
    if (at < 0) return at
    at = skipValue(bytes, at, end, depth + 1)
    if (at < 0) return at
    at = skipSpace(bytes, at, end)
    if (at < end && bytes[at] === 0x7d) return at + 1
    if (at >= end || bytes[at] !== 0x2c) return ~at
    at = skipSpace(bytes, at + 1, end)
  }
}

/** A member's name and colon; returns where its value begins. */
export function skipKey(bytes: Uint8Array, start: number, end: number): number {
  const nameEnd = skipName(bytes, start, end)
  return nameEnd < 0 ? nameEnd : skipColon(bytes, nameEnd, end)
}

/** A member's name; returns the position behind its closing quote. */
function skipName(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end || bytes[start] !== quote) return ~Math.min(start, end)
  return skipString(bytes, start, end)
}

/** The colon behind a member's name; returns where its value begins. */
function skipColon(bytes: Uint8Array, start: number, end: number): number {
  const at = skipSpace(bytes, start, end)
  if (at >= end || bytes[at] !== 0x3a) return ~at
  return skipSpace(bytes, at + 1, end)
}

function skipArray(bytes: Uint8Array, start: number, end: number, depth: number): number {
  if (depth >= jsonDepthMax) return ~start
  let at = skipSpace(bytes, start + 1, end)
  if (at < end && bytes[at] === 0x5d) return at + 1
  for (;;) {
    at = skipValue(bytes, at, end, depth + 1)
    if (at < 0) return at
    at = skipSpace(bytes, at, end)
    if (at < end && bytes[at] === 0x5d) return at + 1
    if (at >= end || bytes[at] !== 0x2c) return ~at
    at = skipSpace(bytes, at + 1, end)
  }
}
