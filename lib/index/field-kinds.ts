/** What the leaves of a field are, in a frame or a run; one bit each, together in one byte. */
export const hasStrings = 1
export const hasNumbers = 2
export const hasLiterals = 4
export const hasNulls = 8
/** Some string may spell a number. Only said where values are not listed. */
export const hasNumericStrings = 16
/** Every event has a leaf that is not null. */
export const isEverywhere = 32
/** All values are listed, with the number of events that have each. */
export const isListed = 64
/** Some event has several leaves that are not null. */
export const isMultiple = 128

export const hasValues = hasStrings | hasNumbers | hasLiterals

/** The kind of a leaf, by the first byte of its JSON text. */
export function kindOf(first: number): number {
  if (first === 0x22) return hasStrings
  if (first === 0x6e) return hasNulls
  return first === 0x74 || first === 0x66 ? hasLiterals : hasNumbers
}

/** Whether a string whose second byte of JSON text this is may spell a number. */
export function mayBeNumeric(second: number): boolean {
  return second === 0x2d || second === 0x5c || (second >= 0x30 && second <= 0x39)
}
