import { someAddress } from '../query/address-search.ts'
import { wordEndsAt, wordStartsAt } from '../query/fold.ts'
import { addressTexts } from './address-terms.ts'
import { foldedWord, noWord } from './folded-word.ts'
import { highOf, lowOf, nextA, nextB, seedA, seedB } from './term-hash.ts'
import type { TermSet } from './term-set.ts'
import {
  groupBytes,
  hiddenGroups,
  isHiddenGroup,
  isUuid,
  lastGroup,
  middleGroups,
} from './uuid-terms.ts'

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a
const point = 0x2e
const dash = 0x2d
const nine = 0x39

/** For each byte: the folded word character, or one of these two. */
const separator = 0
const beyondAscii = 0xff
const folded = new Uint8Array(256)
for (let byte = 0; byte < 256; byte++) {
  folded[byte] = byte < 0x80 ? Math.max(0, foldedWord(byte)) : beyondAscii
}
/** What an IPv6 address is made of. */
const isAddressByte = new Uint8Array(256)
for (const character of '0123456789abcdefABCDEF:.') isAddressByte[character.charCodeAt(0)] = 1
/** Colons at most five bytes apart, two of them neighbours or six in a row, may make an address. */
const colonGapMax = 5
const colonsMin = 6

/**
 * Finds the terms of texts: every word, folded; every four numbers of one to three digits joined by
 * single points, as one term and by its prefixes; every IPv6 address, likewise. Less some groups of
 * UUIDs, see `uuid-terms.ts`.
 */
export class TextTerms {
  readonly #terms: TermSet
  #isJson = false
  /** Of the character decoded last. */
  #characterBytes = 0
  /** Where the last three words of the chain of numbers and points at hand begin. */
  #chain = 0
  #chainEnd = -1
  #first = 0
  #second = 0
  #third = 0
  /** Of the colons that may make an IPv6 address. */
  #colons = 0
  #lastColon = 0
  #addressEnd = 0

  constructor(terms: TermSet) {
    this.#terms = terms
  }

  /** A term that is no word of a text. */
  add(text: string): void {
    let a = seedA
    let b = seedB
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      a = nextA(a, unit)
      b = nextB(b, unit)
    }
    this.#emit(a, b)
  }

  /**
   * Reads the UTF-8 text at [start, end), or the inside of a JSON string up to its quotation mark;
   * returns where it stopped, or -1 when the string must be unescaped first.
   */
  read(bytes: Buffer, start: number, end: number, isJson: boolean): number {
    this.#isJson = isJson
    this.#chainEnd = -1
    this.#lastColon = -8
    this.#addressEnd = 0
    let hasEscape = false
    let at = start
    while (at < end) {
      const byte = bytes[at]!
      if (folded[byte] !== separator) {
        at = this.#readWord(bytes, at, end)
        if (at < 0) return -1
      } else if (byte === colon) {
        if (this.#mayBeAddress(at)) {
          if (hasEscape) return -1
          this.#readAddress(bytes, start, at, end)
        }
        at++
      } else if (!isJson) at++
      else if (byte === quote) return at
      else if (byte === backslash) {
        if (bytes[at + 1] === 0x75) return -1
        hasEscape = true
        at += 2
      } else at++
    }
    return at
  }

  /**
   * A word, or one character beyond ASCII that is in none; returns where it ends, or -1 when the
   * string must be unescaped first.
   */
  #readWord(bytes: Buffer, start: number, end: number): number {
    let a = seedA
    let b = seedB
    let at = start
    while (at < end) {
      let unit = folded[bytes[at]!]!
      if (unit === separator) break
      if (unit === beyondAscii) {
        unit = foldedWord(this.#decode(bytes, at))
        if (unit === noWord) break
        at += this.#characterBytes
      } else at++
      a = nextA(a, unit)
      b = nextB(b, unit)
    }
    if (at === start) return at + this.#characterBytes
    // Unescaped, it may go on.
    if (bytes[at] === backslash && this.#isJson && bytes[at + 1] === 0x75) return -1
    this.#emit(a, b)
    if (at - start <= 3) this.#chainNumber(bytes, start, at)
    const mayBeUuid = at - start === 8 && bytes[at] === dash
    return mayBeUuid && isUuid(bytes, start, end) ? this.#readUuid(bytes, start) : at
  }

  /** The groups between first and last; returns where the last begins. */
  #readUuid(bytes: Buffer, start: number): number {
    this.add(hiddenGroups)
    for (const offset of middleGroups) {
      const at = start + offset
      if (!isHiddenGroup(bytes, at)) this.#readWord(bytes, at, at + groupBytes)
    }
    return start + lastGroup
  }

  #emit(a: number, b: number): void {
    const high = highOf(a, b)
    this.#terms.add(high, lowOf(b, high))
  }

  /** The code point at a position of valid UTF-8 that is not ASCII. */
  #decode(bytes: Buffer, at: number): number {
    const lead = bytes[at]!
    const second = bytes[at + 1]! & 0x3f
    if (lead < 0xe0) {
      this.#characterBytes = 2
      return ((lead & 0x1f) << 6) | second
    }
    const third = bytes[at + 2]! & 0x3f
    if (lead < 0xf0) {
      this.#characterBytes = 3
      return ((lead & 0x0f) << 12) | (second << 6) | third
    }
    this.#characterBytes = 4
    return ((lead & 0x07) << 18) | (second << 12) | (third << 6) | (bytes[at + 3]! & 0x3f)
  }

  /** A word of one to three characters: four numbers in a row that points join are a term. */
  #chainNumber(bytes: Buffer, start: number, end: number): void {
    for (let at = start; at < end; at++) if (bytes[at]! > nine) return
    this.#chain = this.#chainEnd === start - 1 && bytes[start - 1] === point ? this.#chain + 1 : 1
    this.#chainEnd = end
    if (this.#chain >= 4) this.#addQuad(bytes, end)
    this.#first = this.#second
    this.#second = this.#third
    this.#third = start
  }

  #addQuad(bytes: Buffer, end: number): void {
    let a = seedA
    let b = seedB
    for (let at = this.#first; at < end; at++) {
      const byte = bytes[at]!
      a = nextA(a, byte)
      b = nextB(b, byte)
      if (byte === point) this.#emit(a, b)
    }
    this.#emit(a, b)
  }

  #mayBeAddress(at: number): boolean {
    const gap = at - this.#lastColon
    this.#colons = gap <= colonGapMax ? this.#colons + 1 : 1
    this.#lastColon = at
    return gap === 1 || this.#colons >= colonsMin
  }

  /** Looks for an address in the run of its characters around a colon, once each. */
  #readAddress(bytes: Buffer, start: number, at: number, end: number): void {
    if (at < this.#addressEnd) return
    let runStart = at
    while (runStart > start && isAddressByte[bytes[runStart - 1]!] === 1) runStart--
    const runEnd = endOfRun(bytes, at, end)
    this.#addressEnd = runEnd
    if (wordEndsAt(bytes, start, runStart) || wordStartsAt(bytes, runEnd, end)) return
    someAddress(bytes, runStart, runEnd, address => {
      for (const text of addressTexts(address)) this.add(text)
      return false
    })
  }
}

function endOfRun(bytes: Buffer, start: number, end: number): number {
  let at = start
  while (at < end && isAddressByte[bytes[at]!] === 1) at++
  return at
}
