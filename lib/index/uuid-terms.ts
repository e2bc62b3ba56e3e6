/**
 * The three groups of four digits inside a UUID (`8-4-4-4-12`) tell little and are many: those made
 * of letters and figures both are no terms, and `-` says that there are some. So a word that looks
 * like one is looked for by its own term or by this.
 */
export const hiddenGroups = '-'
const hiddenGroup = /^(?=.*[0-9])(?=.*[a-f])[0-9a-f]{4}$/

/** Where the groups begin, behind the start of the UUID. */
export const middleGroups = [9, 14, 19] as const
export const groupBytes = 4
export const lastGroup = 24
const uuidBytes = 36
const dash = 0x2d

/** Whether a folded word of a query is no term where it stands inside a UUID. */
export function mayBeHidden(word: string): boolean {
  return hiddenGroup.test(word)
}

/** Whether a UUID begins where a word does; its last group may be longer. */
export function isUuid(bytes: Buffer, start: number, end: number): boolean {
  if (end - start < uuidBytes) return false
  for (let i = 0; i < uuidBytes; i++) {
    const byte = bytes[start + i]!
    const isDash = i === 8 || i === 13 || i === 18 || i === 23
    if (isDash ? byte !== dash : !isHexDigit(byte)) return false
  }
  return true
}

/** Whether a group inside a UUID has both letters and figures. */
export function isHiddenGroup(bytes: Buffer, start: number): boolean {
  let figures = 0
  for (let at = start; at < start + groupBytes; at++) if (bytes[at]! <= 0x39) figures++
  return figures > 0 && figures < groupBytes
}

function isHexDigit(byte: number): boolean {
  const lower = byte | 0x20
  return (byte >= 0x30 && byte <= 0x39) || (lower >= 0x61 && lower <= 0x66)
}
