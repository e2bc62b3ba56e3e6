// Looks for texts in bytes, sixteen places at a time. AssemblyScript; see scripts/build-kernel.ts.
// A place may be loaded up to 64 bytes behind the end: the caller leaves that much room.

/**
 * The first place in [start, end) where the text lies in either case, or `end`. The text's bytes,
 * letters in lower case, are at [text, text + length); the bits that letter case may change, 0x20
 * or 0, follow them. `rare` and `other` are positions of two bytes that are seldom in logs.
 */
export function findText(start: i32, end: i32, text: i32, length: i32, rare: i32, other: i32): i32 {
  const rareByte = i8x16.splat(load<i8>(text + rare))
  const rareCase = i8x16.splat(load<i8>(text + length + rare))
  const otherByte = i8x16.splat(load<i8>(text + other))
  const otherCase = i8x16.splat(load<i8>(text + length + other))
  const last = end - length
  for (let at = start; at <= last; at += 32) {
    const first = v128.and(
      i8x16.eq(v128.or(v128.load(at + rare), rareCase), rareByte),
      i8x16.eq(v128.or(v128.load(at + other), otherCase), otherByte),
    )
    const second = v128.and(
      i8x16.eq(v128.or(v128.load(at + 16 + rare), rareCase), rareByte),
      i8x16.eq(v128.or(v128.load(at + 16 + other), otherCase), otherByte),
    )
    if (!v128.any_true(v128.or(first, second))) continue
    let found = i8x16.bitmask(first) | (i8x16.bitmask(second) << 16)
    for (; found !== 0; found &= found - 1) {
      const place = at + ctz(found)
      if (place > last) return end
      if (isTextAt(place, text, length)) return place
    }
  }
  return end
}

function isTextAt(place: i32, text: i32, length: i32): bool {
  for (let i = 0; i < length; i++) {
    const byte = load<u8>(place + i) | load<u8>(text + length + i)
    if (byte !== load<u8>(text + i)) return false
  }
  return true
}

/** The first place in [start, end) where a digit, an `e` and a digit or a sign lie, or `end`. */
export function findExponent(start: i32, end: i32): i32 {
  const letter = i8x16.splat(0x65)
  const letterCase = i8x16.splat(0x20)
  const zero = i8x16.splat(0x30)
  const nine = i8x16.splat(9)
  for (let at = start; at <= end - 3; at += 16) {
    const isLetter = i8x16.eq(v128.or(v128.load(at + 1), letterCase), letter)
    const isDigit = i8x16.le_u(i8x16.sub(v128.load(at), zero), nine)
    let found = i8x16.bitmask(v128.and(isLetter, isDigit))
    for (; found !== 0; found &= found - 1) {
      const place = at + ctz(found)
      if (place > end - 3) return end
      const next = load<u8>(place + 2)
      if (<u8>(next - 0x30) <= 9 || next === 0x2b || next === 0x2d) return place
    }
  }
  return end
}
