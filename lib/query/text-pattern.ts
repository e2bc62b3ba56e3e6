import { fold, isAscii, wordCharacter, wordEndsAt, wordStartsAt } from './fold.ts'

/** A text with or without `*`, ready to be looked for in UTF-8 bytes. */
export interface TextPattern {
  readonly pieces: readonly Piece[]
  /** Not ASCII: the bytes it is looked for in must be those of the folded text. */
  readonly needsFolded: boolean
}

interface Piece {
  /** Folded, UTF-8. */
  readonly bytes: Buffer
  /** For each length matched: how much of it still matches when the next byte does not. */
  readonly fallback: Uint16Array
  /** A word may not go on before or behind it. */
  readonly startsWord: boolean
  readonly endsWord: boolean
}

/** The pieces between the `*`; an empty one at an end means that the word may go on there. */
export function compileText(texts: readonly string[]): TextPattern {
  const pieces: Piece[] = []
  for (const [i, text] of texts.entries()) {
    if (text === '') continue
    const folded = fold(text)
    const bytes = Buffer.from(folded)
    const isFirst = i === 0
    const isLast = i === texts.length - 1
    pieces.push({
      bytes,
      fallback: fallbackOf(bytes),
      startsWord: isFirst && wordCharacter.test(folded),
      endsWord: isLast && wordEndsAt(bytes, 0, bytes.length),
    })
  }
  return { pieces, needsFolded: !texts.every(isAscii) }
}

/** Whether the pattern occurs in the UTF-8 text at [start, end), in time linear in its length. */
export function matchesText(
  { pieces }: TextPattern,
  bytes: Buffer,
  start: number,
  end: number,
): boolean {
  let at = start
  // The leftmost place for each piece leaves most room for those behind it.
  for (const piece of pieces) {
    at = findPiece(piece, bytes, start, at, end)
    if (at < 0) return false
  }
  return true
}

/**
 * The search of Knuth, Morris and Pratt; returns where the first match from `at` on ends, or -1.
 */
function findPiece(piece: Piece, bytes: Buffer, start: number, at: number, end: number): number {
  const { bytes: wanted, fallback } = piece
  const length = wanted.length
  const first = wanted[0]!
  let matched = 0
  for (let position = at; position < end; position++) {
    const byte = lowerByte[bytes[position]!]!
    if (matched === 0) {
      if (byte !== first) continue
    } else {
      while (matched > 0 && byte !== wanted[matched]) matched = fallback[matched - 1]!
    }
    if (byte === wanted[matched]) matched++
    if (matched < length) continue
    const matchEnd = position + 1
    const isWhole =
      !(piece.startsWord && wordEndsAt(bytes, start, matchEnd - length)) &&
      !(piece.endsWord && wordStartsAt(bytes, matchEnd, end))
    if (isWhole) return matchEnd
    matched = fallback[length - 1]!
  }
  return -1
}

const lowerByte = new Uint8Array(256)
for (let byte = 0; byte < 256; byte++) {
  lowerByte[byte] = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte
}

function fallbackOf(bytes: Buffer): Uint16Array {
  const fallback = new Uint16Array(bytes.length)
  let matched = 0
  for (let i = 1; i < bytes.length; i++) {
    while (matched > 0 && bytes[i] !== bytes[matched]) matched = fallback[matched - 1]!
    if (bytes[i] === bytes[matched]) matched++
    fallback[i] = matched
  }
  return fallback
}
