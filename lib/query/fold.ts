/**
 * Letter case and words. Folding replaces each character by the lower case of its upper case, each
 * step left out where it gives more than one character, and never makes ASCII of what was not: so
 * ASCII can be searched as bytes.
 */
export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase()
  let folded = ''
  for (const character of text.toWellFormed()) folded += foldCharacter(character)
  return folded
}

/** True when the text has no character beyond U+007F. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}

export function foldCharacter(character: string): string {
  if (character <= '\x7f') return character.toLowerCase()
  const upper = single(character.toUpperCase()) ?? character
  const lower = single(upper.toLowerCase()) ?? upper
  return lower <= '\x7f' ? character : lower
}

function single(text: string): string | undefined {
  return text.length === 1 || (text.length === 2 && text.codePointAt(0)! > 0xffff)
    ? text
    : undefined
}

/** Letters, marks, numbers and the underscore make words; everything else stands between them. */
export const wordCharacter = /^[\p{L}\p{M}\p{N}_]/u

const isWordByte = new Uint8Array(256)
for (let byte = 0; byte < 128; byte++) {
  if (wordCharacter.test(String.fromCharCode(byte))) isWordByte[byte] = 1
}

/** Whether a word character ends at this position of UTF-8 text that begins at `start`. */
export function wordEndsAt(bytes: Buffer, start: number, position: number): boolean {
  if (position <= start) return false
  const last = bytes[position - 1]!
  if (last < 0x80) return isWordByte[last] === 1
  let at = position - 1
  while (at > start && (bytes[at]! & 0xc0) === 0x80) at--
  return wordCharacter.test(bytes.toString('utf8', at, position))
}

/** Whether a word character begins at this position of UTF-8 text that ends at `end`. */
export function wordStartsAt(bytes: Buffer, position: number, end: number): boolean {
  if (position >= end) return false
  const first = bytes[position]!
  if (first < 0x80) return isWordByte[first] === 1
  return wordCharacter.test(bytes.toString('utf8', position, Math.min(position + 4, end)))
}
