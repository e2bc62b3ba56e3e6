import { crc32 } from 'node:zlib'
import { BitWriter } from '../bytes/bit-writer.ts'
import { bitsFor, gammaBits } from '../bytes/rice.ts'
import { assert } from '../core/assert.ts'
import { termBits, termFrom } from './term-hash.ts'
import { encodeIndexFooter, framesMax, pageBitsMax } from './term-index.ts'
import { gapRice, PageWriter } from './term-page.ts'
import { TermPairs } from './term-pairs.ts'
import type { TermSet } from './term-set.ts'

const falseCandidatesMax = 0.5
/** A page takes about half of this to this: a GET costs more than its bytes up to there. */
const pageBytesMax = 32 * 1024

/** Makes the index of a run while its frames are made; holds 12 bytes a (term, frame) pair. */
export class TermIndexBuilder {
  readonly #pairs = new TermPairs()
  readonly #indexCount: number
  #frameCount = 0

  /**
   * `indexCount`: indexes that one question may ask. A term that is in none of them gives half a
   * false candidate in all; more costs a bit a term with each doubling.
   */
  constructor(indexCount = 240) {
    this.#indexCount = indexCount
  }

  /** What the builder holds, in pairs of a term and a frame. */
  get pairCount(): number {
    return this.#pairs.size
  }

  /** Frames come in ascending order, also those without terms. */
  addFrame(frame: number, terms: TermSet): void {
    assert(frame < framesMax, `frame ${frame} of ${framesMax}`)
    assert(frame >= this.#frameCount, `frame ${frame} after frame ${this.#frameCount - 1}`)
    this.#frameCount = frame + 1
    terms.forEach((high, low) => {
      this.#pairs.add(high, low, frame)
    })
  }

  /** The object's bytes. `owner` is what its key says of it. */
  finish(owner: string): Buffer {
    const { termCount, countsByStart, postingBits } = this.#measure()
    const fingerprintBits = fingerprintBitsFor(termCount, this.#indexCount)
    const termsBits = termCount * (fingerprintBits - Math.log2(Math.max(1, termCount)) + 1.5)
    const pageBits = pageBitsFor((termsBits + postingBits) / 8)
    const shape = { frameCount: this.#frameCount, termCount, fingerprintBits, pageBits }
    const pages = this.#writePages(shape, countsByStart)
    const entries = pages.map(page => ({ sizeBytes: page.length, checksum: crc32(page) }))
    return Buffer.concat([...pages, encodeIndexFooter(shape, entries, owner)])
  }

  /** Counts terms by their first 16 bits, and the bits that frames will take, nearly. */
  #measure() {
    const countsByStart = new Uint32Array(2 ** pageBitsMax)
    let [termCount, postingBits] = [0, 0]
    for (const pairs of this.#pairs.sorted()) {
      for (let start = 0; start < pairs.size; ) {
        const end = pairs.endOfTerm(start)
        countsByStart[pairs.high(start) >>> (32 - pageBitsMax)]!++
        postingBits += this.#postingBits(end - start)
        termCount++
        start = end
      }
    }
    return { termCount, countsByStart, postingBits }
  }

  #postingBits(count: number): number {
    if (count === 1) return 1 + bitsFor(this.#frameCount)
    if (5 * count > 4 * this.#frameCount) return 2 + bitsFor(this.#frameCount)
    const gaps = count * (gapRice(count, this.#frameCount) + 1.5)
    return 2 + gammaBits(count - 1) + bitsFor(count) + gaps
  }

  #writePages(
    shape: { frameCount: number; fingerprintBits: number; pageBits: number },
    countsByStart: Uint32Array,
  ): Buffer[] {
    const out = new BitWriter()
    const writer = new PageWriter(out, shape)
    const pages: Buffer[] = []
    const span = 2 ** (pageBitsMax - shape.pageBits)
    const beginPage = () => {
      const from = pages.length * span
      const counts = countsByStart.subarray(from, from + span)
      writer.begin(
        pages.length,
        counts.reduce((sum, count) => sum + count, 0),
      )
    }
    const endPage = () => {
      out.align()
      pages.push(out.take())
    }
    beginPage()
    for (const pairs of this.#pairs.sorted()) {
      for (let start = 0; start < pairs.size; ) {
        const end = pairs.endOfTerm(start)
        const page = (pairs.high(start) >>> (32 - pageBitsMax)) >>> (pageBitsMax - shape.pageBits)
        while (pages.length < page) {
          endPage()
          beginPage()
        }
        const from = start
        const term = termFrom(pairs.high(from), pairs.low(from))
        writer.add(term, end - from, position => pairs.frame(from + position))
        start = end
      }
    }
    endPage()
    while (pages.length < 2 ** shape.pageBits) {
      beginPage()
      endPage()
    }
    return pages
  }
}

function fingerprintBitsFor(termCount: number, indexCount: number): number {
  const bits = Math.ceil(Math.log2((Math.max(1, termCount) * indexCount) / falseCandidatesMax))
  return Math.min(termBits, bits)
}

function pageBitsFor(sizeBytes: number): number {
  const bits = Math.ceil(Math.log2(Math.max(1, sizeBytes / pageBytesMax)))
  return Math.min(pageBitsMax, bits)
}
