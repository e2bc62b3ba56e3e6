import { timeStart } from '../bucket/line.ts'
import { jsonDepthMax } from '../bytes/json.ts'
import { unescapeString } from '../query/leaf-walk.ts'
import { type FieldName, FieldTable } from './field-table.ts'
import type { FrameFields } from './frame-fields.ts'
import { isPlainNumber, numberText } from './number-terms.ts'
import { streamText } from './stream-text.ts'
import { type Term, termOf } from './term-hash.ts'
import { otherFields, type TermSet } from './term-set.ts'
import { TextTerms } from './text-terms.ts'

const streamOpeningBytes = ',"@stream":"'.length
const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
/** Fields that have a bit of their own. */
const maskedFields = 31

/**
 * Finds the terms of stored lines (docs/format.md, sections 2 and 9): those of every leaf but
 * `@time` and null, none of field names, and one of the stream; and shows every leaf, null
 * included, to the fields of the frame. Keeps scratch space: not for nested use.
 */
export class LineTerms {
  readonly #terms: TermSet
  readonly #text: TextTerms
  readonly #fields: FrameFields
  #table = new FieldTable()
  /** For each depth: 1 in an array, 0 in an object. */
  readonly #inArray = new Uint8Array(jsonDepthMax + 2)
  /** For each depth: the member that the object or array is the value of. */
  readonly #parents: FieldName[] = []
  /** The member at hand. */
  #member = this.#table.root

  /** Of the line read last. */
  #stream: Buffer | undefined
  #streamTerm: Term = 0

  /** Terms are added to the set, leaves to the fields. */
  constructor(terms: TermSet, fields: FrameFields) {
    this.#terms = terms
    this.#text = new TextTerms(terms)
    this.#fields = fields
  }

  /** The run that the next lines are of. */
  use(table: FieldTable): void {
    this.#table = table
  }

  /** The line at [start, end), without its newline. */
  read(bytes: Buffer, start: number, end: number): void {
    let at = start + timeStart
    while (at < end && bytes[at] !== comma) at++
    at += streamOpeningBytes
    const streamStart = at
    while (at < end && bytes[at] !== quote) at++
    this.#fields.beginEvent()
    this.#addStream(bytes, streamStart, at)
    this.#member = this.#table.root
    this.#parents[0] = this.#table.root
    this.#readMembers(bytes, at + 1, end)
  }

  /** Lines of one stream follow each other. */
  #addStream(bytes: Buffer, start: number, end: number): void {
    if (this.#stream?.compare(bytes, start, end) !== 0) {
      this.#stream = Buffer.from(bytes.subarray(start, end))
      this.#streamTerm = termOf(streamText(this.#stream.toString('utf8')))
    }
    this.#terms.at(this.#fields.eventCount, otherFields)
    this.#terms.addTerm(this.#streamTerm)
  }

  #readMembers(bytes: Buffer, start: number, end: number): void {
    const inArray = this.#inArray
    let depth = 0
    let isName = false
    let isFirst = false
    let at = start
    while (at < end) {
      const byte = bytes[at]!
      if (byte === quote) {
        at = isName
          ? this.#readName(bytes, at, end, depth, isFirst)
          : this.#readString(bytes, at, end)
        isName = false
      } else if (byte === comma) {
        isName = inArray[depth] === 0
        isFirst = false
        at++
      } else if (byte === 0x7b || byte === 0x5b) {
        isName = byte === 0x7b
        isFirst = true
        inArray[++depth] = isName ? 0 : 1
        this.#parents[depth] = this.#member
        at++
      } else if (byte === 0x7d || byte === 0x5d) {
        // What follows, a further element or member, is guessed from the member that ends here.
        if (depth > 0) this.#member = this.#parents[depth--]!
        at++
      } else if (byte === 0x3a || byte <= 0x20) at++
      else at = this.#readScalar(bytes, at, end)
    }
  }

  /** Moves on to the member named here; returns the position behind the name. */
  #readName(bytes: Buffer, start: number, end: number, depth: number, isFirst: boolean): number {
    const before = this.#member
    const guess = isFirst ? before.first : before.next
    if (guess && isSame(guess.text, bytes, start + 1)) {
      this.#member = guess
      return start + guess.text.length + 2
    }
    const nameEnd = endOfString(bytes, start, end)
    const found = this.#table.find(this.#parents[depth]!, bytes, start + 1, nameEnd - 1)
    this.#member = found
    if (found === this.#table.other) return nameEnd
    if (isFirst) before.first = found
    else before.next = found
    return nameEnd
  }

  /** The field of the leaf at hand, whose terms are added next. */
  #beginLeaf(): number {
    const field = this.#table.fieldOf(this.#member)
    const hasBit = field >= 0 && field < maskedFields
    this.#terms.at(this.#fields.eventCount, hasBit ? 1 << field : otherFields)
    return field
  }

  /** Returns the position behind the closing quotation mark. */
  #readString(bytes: Buffer, start: number, end: number): number {
    const field = this.#beginLeaf()
    const stopped = this.#text.read(bytes, start + 1, end, true)
    let stringEnd = stopped + 1
    if (stopped < 0) {
      stringEnd = endOfString(bytes, start, end)
      const text = unescapeString(bytes, start + 1, stringEnd - 1)
      this.#text.read(text, 0, text.length, false)
    }
    this.#fields.add(field, bytes, start, stringEnd)
    return stringEnd
  }

  #readScalar(bytes: Buffer, start: number, end: number): number {
    let at = start
    while (at < end && !endsScalar(bytes[at]!)) at++
    this.#fields.add(this.#beginLeaf(), bytes, start, at)
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

/** Whether these bytes, and then a quotation mark, are at the position. */
function isSame(text: Buffer, bytes: Buffer, start: number): boolean {
  const { length } = text
  if (bytes[start + length] !== quote) return false
  for (let i = 0; i < length; i++) if (bytes[start + i] !== text[i]) return false
  return true
}
