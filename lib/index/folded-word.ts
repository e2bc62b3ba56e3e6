import { foldCharacter, wordCharacter } from '../query/fold.ts'

/** What `foldedWord` says of a character that stands between words. */
export const noWord = -1
const unknown = 0
const tableSize = 0x10000
const codePointMax = 0x10ffff
const table = new Int32Array(tableSize)

/** The code point a word character folds to, or `noWord`. */
export function foldedWord(codePoint: number): number {
  if (codePoint >= tableSize) return codePoint > codePointMax ? noWord : fold(codePoint)
  if (table[codePoint] === unknown) table[codePoint] = fold(codePoint)
  return table[codePoint]!
}

function fold(codePoint: number): number {
  const character = String.fromCodePoint(codePoint)
  return wordCharacter.test(character) ? foldCharacter(character).codePointAt(0)! : noWord
}
