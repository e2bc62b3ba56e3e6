import { decimalKey, plainDecimal } from '../query/decimal.ts'

/** Longer spellings are rare, and only the term of their value stands for them. */
const plainLengthMax = 40

/**
 * Texts whose words every number leaf of this value has in the index, however it is spelled: the
 * plain spelling without sign (`200` for `2e2`, `-200` and `200.0`), or, where that is long, a term
 * of its own. So a comparison of numbers needs no look at their spellings.
 */
export function numberText(spelling: string): string {
  return plainDecimal(spelling, plainLengthMax) ?? `#${decimalKey(spelling)}`
}

/** Whether the bytes [start, end) spell a number of JSON in the plain way, but for the sign. */
export function isPlainNumber(bytes: Buffer, start: number, end: number): boolean {
  if (end - start > plainLengthMax) return false
  let hasPoint = false
  for (let at = start; at < end; at++) {
    const byte = bytes[at]! | 0x20
    if (byte === 0x65) return false
    if (byte === 0x2e) hasPoint = true
  }
  return !hasPoint || bytes[end - 1] !== 0x30
}
