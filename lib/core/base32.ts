/**
 * Crockford's base 32: digits and upper-case letters without I, L, O, U. Sorts as the values do.
 */

/** The 32 digits, ascending. */
export const base32Digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const values = new Int8Array(128).fill(-1)
for (let i = 0; i < 32; i++) values[base32Digits.charCodeAt(i)] = i

/** A whole number from 0 to 2^53 in exactly `width` characters. */
export function encodeNumber(value: number, width: number): string {
  let text = ''
  let rest = value
  for (let i = 0; i < width; i++) {
    text = base32Digits[rest % 32] + text
    rest = Math.floor(rest / 32)
  }
  if (rest !== 0) throw new RangeError(`${value} does not fit ${width} base-32 characters`)
  return text
}

/** The number back, or `undefined` when a character is not of the alphabet or it passes 2^53. */
export function decodeNumber(text: string): number | undefined {
  let value = 0
  for (let i = 0; i < text.length; i++) {
    const digit = values[text.charCodeAt(i)] ?? -1
    if (digit < 0) return undefined
    value = value * 32 + digit
  }
  return Number.isSafeInteger(value) ? value : undefined
}

/** Bytes as one big-endian number, padded with zero bits in front: 10 bytes give 16 characters. */
export function encodeBytes(bytes: Uint8Array): string {
  const width = Math.ceil((bytes.length * 8) / 5)
  let text = ''
  let held = 0
  let heldBits = width * 5 - bytes.length * 8
  for (const byte of bytes) {
    held = (held << 8) | byte
    heldBits += 8
    while (heldBits >= 5) {
      heldBits -= 5
      text += base32Digits[(held >> heldBits) & 31]
    }
    held &= (1 << heldBits) - 1
  }
  return text
}

/** Whether every character is of the alphabet. */
export function isBase32(text: string): boolean {
  for (let i = 0; i < text.length; i++) if ((values[text.charCodeAt(i)] ?? -1) < 0) return false
  return true
}
