// Checks that bytes are a JSON object and finds its members. AssemblyScript; the same rules, and
// the same places of faults, as lib/bytes/json.ts. Loads up to 16 bytes behind the end.

const quote: u8 = 0x22
const backslash: u8 = 0x5c
const comma: u8 = 0x2c
const colon: u8 = 0x3a
const openBrace: u8 = 0x7b
const closeBrace: u8 = 0x7d
const openBracket: u8 = 0x5b
const closeBracket: u8 = 0x5d
const depthMax: i32 = 256

/** Behind the last member noted by `readObject`. */
let notesEnd: i32 = 0

export function endOfNotes(): i32 {
  return notesEnd
}

/**
 * Reads the object at [start, end) and returns the position behind it, or `~position` of the byte
 * that cannot stand there. Notes each member whose name has a backslash or a length of which
 * `lengths` has the bit, the last for all from 31 on. A note is six numbers: its name, behind the
 * name, its value, behind the value, the next name or 0, whether its name has a backslash.
 */
export function readObject(start: i32, end: i32, lengths: i32, notes: i32): i32 {
  notesEnd = notes
  if (load<u8>(start) !== openBrace) return ~start
  let at = skipSpace(start + 1, end)
  if (at < end && load<u8>(at) === closeBrace) return at + 1
  while (true) {
    const name = at
    if (name >= end || load<u8>(name) !== quote) return ~min(name, end)
    const nameEnd = skipString(name, end)
    if (nameEnd < 0) return nameEnd
    const value = skipColon(nameEnd, end)
    if (value < 0) return value
    const valueEnd = skipValue(value, end, 1)
    if (valueEnd < 0) return valueEnd
    const next = skipSpace(valueEnd, end)
    if (next >= end) return ~end
    const isLast = load<u8>(next) === closeBrace
    if (!isLast && load<u8>(next) !== comma) return ~next
    at = isLast ? 0 : skipSpace(next + 1, end)
    const isEscaped = hasBackslash(name, nameEnd)
    if (isEscaped || ((lengths >> min(nameEnd - name - 2, 31)) & 1) !== 0) {
      note(name, nameEnd, value, valueEnd, at, isEscaped)
    }
    if (isLast) return next + 1
  }
}

function note(
  name: i32,
  nameEnd: i32,
  value: i32,
  valueEnd: i32,
  next: i32,
  isEscaped: bool,
): void {
  store<i32>(notesEnd, name)
  store<i32>(notesEnd, nameEnd, 4)
  store<i32>(notesEnd, value, 8)
  store<i32>(notesEnd, valueEnd, 12)
  store<i32>(notesEnd, next, 16)
  store<i32>(notesEnd, isEscaped, 20)
  notesEnd += 24
}

function hasBackslash(start: i32, end: i32): bool {
  const wanted = i8x16.splat(backslash)
  for (let at = start; at < end; at += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), wanted))
    if (found !== 0) return at + ctz(found) < end
  }
  return false
}

function skipSpace(start: i32, end: i32): i32 {
  let at = start
  while (at < end) {
    const byte = load<u8>(at)
    if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) break
    at++
  }
  return at
}

function skipString(start: i32, end: i32): i32 {
  let at = start + 1
  const quotes = i8x16.splat(quote)
  const backslashes = i8x16.splat(backslash)
  const blanks = i8x16.splat(0x20)
  while (true) {
    for (; at < end; at += 16) {
      const bytes = v128.load(at)
      const stops = v128.or(
        v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, backslashes)),
        i8x16.lt_u(bytes, blanks),
      )
      const found = i8x16.bitmask(stops)
      if (found === 0) continue
      at += ctz(found)
      break
    }
    if (at >= end) return ~end
    const byte = load<u8>(at)
    if (byte === quote) return at + 1
    if (byte !== backslash) return ~at
    at = skipEscape(at, end)
    if (at < 0) return at
  }
}

function skipEscape(start: i32, end: i32): i32 {
  const escaped: u8 = start + 1 < end ? load<u8>(start + 1) : 0
  switch (escaped) {
    case 0x75: {
      for (let at = start + 2; at < start + 6; at++) {
        if (at >= end || !isHexDigit(load<u8>(at))) return ~at
      }
      return start + 6
    }
    case 0x22:
    case 0x2f:
    case 0x5c:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return start + 2
  }
  return ~(start + 1)
}

function isHexDigit(byte: u8): bool {
  return <u8>(byte - 0x30) <= 9 || <u8>((byte | 0x20) - 0x61) <= 5
}

function skipNumber(start: i32, end: i32): i32 {
  let at = load<u8>(start) === 0x2d ? start + 1 : start
  const whole = at
  at = skipDigits(at, end)
  if (at === whole || (load<u8>(whole) === 0x30 && at > whole + 1)) return ~whole
  if (at < end && load<u8>(at) === 0x2e) {
    const fraction = at + 1
    at = skipDigits(fraction, end)
    if (at === fraction) return ~at
  }
  if (at < end && (load<u8>(at) | 0x20) === 0x65) {
    at++
    if (at < end && (load<u8>(at) === 0x2b || load<u8>(at) === 0x2d)) at++
    const exponent = at
    at = skipDigits(exponent, end)
    if (at === exponent) return ~at
  }
  return at
}

function skipDigits(start: i32, end: i32): i32 {
  let at = start
  while (at < end && <u8>(load<u8>(at) - 0x30) <= 9) at++
  return at
}

function skipValue(start: i32, end: i32, depth: i32): i32 {
  if (start >= end) return ~end
  switch (load<u8>(start)) {
    case quote:
      return skipString(start, end)
    case openBrace:
      return skipObject(start, end, depth)
    case openBracket:
      return skipArray(start, end, depth)
    case 0x74:
      return skipTrueOrNull(start, end, 0x65757274)
    case 0x6e:
      return skipTrueOrNull(start, end, 0x6c6c756e)
    case 0x66: {
      const at = skipTrueOrNull(start, end, 0x736c6166)
      if (at < 0) return at
      return at < end && load<u8>(at) === 0x65 ? at + 1 : ~at
    }
  }
  return skipNumber(start, end)
}

/** Four letters, the first of them the lowest byte. */
function skipTrueOrNull(start: i32, end: i32, letters: u32): i32 {
  if (start + 4 <= end && load<u32>(start) === letters) return start + 4
  let at = start
  for (let rest = letters; at < end && load<u8>(at) === <u8>rest; at++) rest >>= 8
  return ~at
}

function skipColon(start: i32, end: i32): i32 {
  const at = skipSpace(start, end)
  if (at >= end || load<u8>(at) !== colon) return ~at
  return skipSpace(at + 1, end)
}

function skipObject(start: i32, end: i32, depth: i32): i32 {
  if (depth >= depthMax) return ~start
  let at = skipSpace(start + 1, end)
  if (at < end && load<u8>(at) === closeBrace) return at + 1
  while (true) {
    if (at >= end || load<u8>(at) !== quote) return ~min(at, end)
    at = skipString(at, end)
    if (at < 0) return at
    at = skipColon(at, end)
    if (at < 0) return at
    at = skipValue(at, end, depth + 1)
    if (at < 0) return at
    at = skipSpace(at, end)
    if (at < end && load<u8>(at) === closeBrace) return at + 1
    if (at >= end || load<u8>(at) !== comma) return ~at
    at = skipSpace(at + 1, end)
  }
}

function skipArray(start: i32, end: i32, depth: i32): i32 {
  if (depth >= depthMax) return ~start
  let at = skipSpace(start + 1, end)
  if (at < end && load<u8>(at) === closeBracket) return at + 1
  while (true) {
    at = skipValue(at, end, depth + 1)
    if (at < 0) return at
    at = skipSpace(at, end)
    if (at < end && load<u8>(at) === closeBracket) return at + 1
    if (at >= end || load<u8>(at) !== comma) return ~at
    at = skipSpace(at + 1, end)
  }
}
