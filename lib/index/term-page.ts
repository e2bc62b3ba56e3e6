import { BitReader } from '../bytes/bit-reader.ts'
import type { BitWriter } from '../bytes/bit-writer.ts'
import { bitsFor, readGamma, readRice, writeGamma, writeRice } from '../bytes/rice.ts'
import { ArchiveError } from '../core/errors.ts'
import { type Term, termBits } from './term-hash.ts'

/** What a page needs to know of its index to be read or written (docs/format.md, section 9). */
export interface PageShape {
  readonly frameCount: number
  /** Bits of a term that are kept; the fewer, the more false candidates. */
  readonly fingerprintBits: number
  /** The first bits of a term are its page's number. */
  readonly pageBits: number
}

const countBits = 32

/** Begins a page of this many terms; then each of them is written in ascending order. */
export class PageWriter {
  readonly #out: BitWriter
  readonly #shape: PageShape
  #fingerprint = 0
  #k = 0

  constructor(out: BitWriter, shape: PageShape) {
    this.#out = out
    this.#shape = shape
  }

  begin(page: number, termCount: number): void {
    this.#fingerprint = firstFingerprint(page, this.#shape)
    this.#k = fingerprintRice(termCount, this.#shape)
    this.#out.write(termCount, countBits)
  }

  /** `frameAt` gives the frames of the term, ascending. */
  add(term: Term, count: number, frameAt: (position: number) => number): void {
    const { frameCount, fingerprintBits } = this.#shape
    const fingerprint = leadingBits(term, fingerprintBits)
    writeRice(this.#out, fingerprint - this.#fingerprint, this.#k)
    this.#fingerprint = fingerprint
    if (count === 1) {
      this.#out.write(0, 1)
      this.#out.write(frameAt(0), bitsFor(frameCount))
    } else if (isEverywhere(count, frameCount)) {
      this.#out.write(3, 2)
      this.#writeCheck(term, frameCount)
    } else {
      this.#out.write(1, 2)
      writeGamma(this.#out, count - 1)
      this.#writeCheck(term, count)
      this.#writeFrames(count, frameAt)
    }
  }

  #writeCheck(term: Term, count: number): void {
    const { fingerprintBits } = this.#shape
    const bits = checkBits(count, fingerprintBits)
    this.#out.write(leadingBits(term, fingerprintBits + bits) % 2 ** bits, bits)
  }

  #writeFrames(count: number, frameAt: (position: number) => number): void {
    const k = gapRice(count, this.#shape.frameCount)
    let next = 0
    for (let position = 0; position < count; position++) {
      const frame = frameAt(position)
      writeRice(this.#out, frame - next, k)
      next = frame + 1
    }
  }
}

/** Walks the terms of a page. Throws `corrupt` for bytes that no `PageWriter` wrote. */
export class PageWalk {
  readonly #bits: BitReader
  readonly #shape: PageShape
  readonly #fingerprintEnd: number
  readonly #k: number
  #termsLeft: number
  #gapsLeft = 0
  #gapK = 0
  /** Of the term at hand: its kept bits, and for how many of the `check` bits it is known. */
  fingerprint: number
  check = 0
  checkBits = 0
  frameCount = 0
  isEverywhere = false

  constructor(bytes: Uint8Array, page: number, shape: PageShape) {
    this.#bits = new BitReader(bytes)
    this.#shape = shape
    this.#termsLeft = this.#bits.read(countBits)
    this.#k = fingerprintRice(this.#termsLeft, shape)
    this.fingerprint = firstFingerprint(page, shape)
    this.#fingerprintEnd = firstFingerprint(page + 1, shape)
  }

  /** Moves on; false behind the last term. */
  next(): boolean {
    while (this.#gapsLeft > 0) this.#readGap()
    if (this.#termsLeft === 0) {
      if (!this.#bits.atEnd) throw fault('goes on behind its last term')
      return false
    }
    this.#termsLeft--
    this.fingerprint += readRice(this.#bits, this.#k)
    if (this.fingerprint >= this.#fingerprintEnd) throw fault('holds a term of another page')
    this.#readKind()
    return true
  }

  /** The frames of the term at hand, ascending, once a term; of one that is everywhere, none. */
  frames(): Uint32Array {
    const frames = new Uint32Array(this.#gapsLeft)
    let next = 0
    for (let position = 0; position < frames.length; position++) {
      const frame = next + this.#readGap()
      if (frame >= this.#shape.frameCount) throw fault(`names frame ${frame}`)
      frames[position] = frame
      next = frame + 1
    }
    return frames
  }

  #readGap(): number {
    this.#gapsLeft--
    return this.frameCount === 1
      ? this.#bits.read(bitsFor(this.#shape.frameCount))
      : readRice(this.#bits, this.#gapK)
  }

  #readKind(): void {
    const { frameCount, fingerprintBits } = this.#shape
    const isSingle = this.#bits.read(1) === 0
    this.isEverywhere = !isSingle && this.#bits.read(1) === 1
    if (isSingle) this.frameCount = 1
    else this.frameCount = this.isEverywhere ? frameCount : readGamma(this.#bits) + 1
    const isTooMuch = !this.isEverywhere && this.frameCount > this.#bits.bitsLeft + 1
    if (isTooMuch || this.frameCount > frameCount) {
      throw fault(`has a term in ${this.frameCount} frames`)
    }
    this.checkBits = isSingle ? 0 : checkBits(this.frameCount, fingerprintBits)
    this.check = this.#bits.read(this.checkBits)
    this.#gapsLeft = this.isEverywhere ? 0 : this.frameCount
    this.#gapK = gapRice(this.frameCount, frameCount)
  }
}

/** The first bits of a term, as a number. */
export function leadingBits(term: Term, bits: number): number {
  return Math.floor(term / 2 ** (termBits - bits))
}

/** A term in more than four fifths of the frames is said to be in all of them. */
function isEverywhere(count: number, frameCount: number): boolean {
  return 5 * count > 4 * frameCount
}

/**
 * A term in many frames keeps so many bits more that a term that is not there still finds, on
 * average, no more frames than one kept term in one frame gives.
 */
function checkBits(count: number, fingerprintBits: number): number {
  return Math.min(bitsFor(count), termBits - fingerprintBits)
}

function firstFingerprint(page: number, { fingerprintBits, pageBits }: PageShape): number {
  return page * 2 ** (fingerprintBits - pageBits)
}

/** The mean distance of the fingerprints, as a power of two. */
function fingerprintRice(termCount: number, { fingerprintBits, pageBits }: PageShape): number {
  return Math.max(0, fingerprintBits - pageBits - bitsFor(termCount))
}

/** The mean distance of the frames, as a power of two. */
export function gapRice(count: number, frameCount: number): number {
  return 31 - Math.clz32(Math.floor(frameCount / count) | 1)
}

function fault(what: string): ArchiveError {
  return new ArchiveError('corrupt', `index page ${what}`)
}
