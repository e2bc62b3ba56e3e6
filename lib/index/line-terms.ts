import { timeStart } from '../bucket/line.ts'
import { jsonDepthMax } from '../bytes/json.ts'
import { unescapeString } from '../query/leaf-walk.ts'
import { isPlainNumber, numberText } from './number-terms.ts'
import { otherFields, type TermSet } from './term-set.ts'
import { TextTerms } from './text-terms.ts'

const streamOpeningBytes = ',"@stream":"'.length
const quote = 0x22
const backslash = 0x5c
const comma = 0x2c

/**
 * Finds the terms of stored lines (docs/format.md, sections 2 and 9): those of every leaf but
 * `@time`, `@stream` and null, and none of field names. Keeps scratch space: not for nested use.
 */
export class LineTerms {
  readonly #terms: TermSet
  readonly #text: TextTerms
  /** For each depth: 1 in an array, 0 in an object. */
  readonly #inArray = new Uint8Array(jsonDepthMax + 2)

  /** Terms are added to the set. */
  constructor(terms: TermSet) {
    this.#terms = terms
    this.#text = new TextTerms(terms)
  }

  /** The line at [start, end), without its newline; the number of each line of a frame differs. */
  read(bytes: Buffer, start: number, end: number, lineNumber: number): void {
    this.#terms.at(lineNumber, otherFields)
    let at = start + timeStart
    while (at < end && bytes[at] !== comma) at++
    at += streamOpeningBytes
    while (at < end && bytes[at] !== quote) at++
    this.#readMembers(bytes, at + 1, end)
  }

  #readMembers(bytes: Buffer, start: number, end: number): void {
    const inArray = this.#inArray
    let depth = 0
    let isName = false
    let at = start
    while (at < end) {
      const byte = bytes[at]!
      if (byte === quote) {
        at = isName ? endOfString(bytes, at, end) : this.#readString(bytes, at, end)
        isName = false
      } else if (byte === comma) {
        isName = inArray[depth] === 0
        at++
      } else if (byte === 0x7b || byte === 0x5b) {
        isName = byte === 0x7b
        inArray[++depth] = isName ? 0 : 1
        at++
      } else if (byte === 0x7d || byte === 0x5d) {
        depth--
        at++
      } else if (byte === 0x3a || byte <= 0x20) at++
      else at = this.#readScalar(bytes, at, end)
    }
  }

  /** Returns the position behind the closing quotation mark. */
  #readString(bytes: Buffer, start: number, end: number): number {
    const stopped = this.#text.read(bytes, start + 1, end, true)
    if (stopped >= 0) return stopped + 1
    const stringEnd = endOfString(bytes, start, end)
    const text = unescapeString(bytes, start + 1, stringEnd - 1)
    this.#text.read(text, 0, text.length, false)
    return stringEnd
  }

  #readScalar(bytes: Buffer, start: number, end: number): number {
    let at = start
    while (at < end && !endsScalar(bytes[at]!)) at++
    if (bytes[start] === 0x6e) return at
    this.#text.read(bytes, start, at, false)
    // Only digits and the minus sign come before these; the literals have no other spelling.
    if (bytes[start]! <= 0x39 && !isPlainNumber(bytes, start, at)) {
      const plain = numberText(bytes.toString('latin1', start, at))
      if (plain.startsWith('#')) this.#text.add(plain)
      else this.#text.read(Buffer.from(plain), 0, plain.length, false)
    }
    return at
  }
}

function endsScalar(byte: number): boolean {
  return byte === comma || byte <= 0x20 || byte === 0x7d || byte === 0x5d
}

function endOfString(bytes: Buffer, start: number, end: number): number {
  let at = start + 1
  while (at < end && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1
  return at + 1
}
