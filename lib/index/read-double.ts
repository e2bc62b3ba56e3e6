const minus = 0x2d
const point = 0x2e
const zero = 0x30
/** So many digits, and powers of ten up to this, are exact, and so one division rounds once. */
const digitsMax = 15
const powers = Array.from({ length: digitsMax + 1 }, (_, i) => 10 ** i)

/** The double nearest to the JSON number at [start, end), as `Number` reads it. */
export function readDouble(bytes: Buffer, start: number, end: number): number {
  const isNegative = bytes[start] === minus
  let at = isNegative ? start + 1 : start
  if (end - at > digitsMax) return slowly(bytes, start, end)
  let digits = 0
  let pointAt = end - 1
  for (; at < end; at++) {
    const byte = bytes[at]!
    if (byte === point) pointAt = at
    else if (byte >= zero && byte <= zero + 9) digits = digits * 10 + (byte - zero)
    else return slowly(bytes, start, end)
  }
  const value = digits / powers[end - 1 - pointAt]!
  return isNegative ? -value : value
}

function slowly(bytes: Buffer, start: number, end: number): number {
  return Number(bytes.toString('latin1', start, end))
}
