import { crc32 } from 'node:zlib'
import { riceFor } from '../bytes/rice.ts'
import { type Term, termBits } from './term-hash.ts'
import type { TermShape } from './term-shape.ts'

/**
 * A page of a term index (docs/format.md, section 9):
 *
 *     CRC-32 | rare count | recurring count | where the recurring begin | rare | recurring
 */
export const pageHeadBytes = 16
export const fieldBits = 5
/** Longer lists lie outside, so that pages are even and a walk over their terms is short. */
export const inlineBitsMax = 8 * 256
/** In place of the rare count: the page lies in the area of the lists, at a position, of a size. */
export const lyingElsewhere = 0xffffffff

/** What the codes of a page depend on. */
export type PageShape = Pick<
  TermShape,
  | 'detail'
  | 'frameCount'
  | 'rareCount'
  | 'recurringCount'
  | 'rareBits'
  | 'recurringBits'
  | 'pageBits'
>

/** A list, or a page too long for its place, in the area behind the pages: bytes of the object. */
export interface Place {
  readonly start: number
  readonly sizeBytes: number
}

/** The first bits of a term, as a number. */
export function leadingBits(term: Term, bits: number): number {
  return Math.floor(term / 2 ** (termBits - bits))
}

/** The smallest term of a page. */
export function firstTerm(page: number, pageBits: number): Term {
  return page * 2 ** (termBits - pageBits)
}

/** The mean distance of the fingerprints of rare terms, as a power of two. */
export function rareRice({ rareCount, rareBits }: PageShape): number {
  return riceFor(2 ** rareBits, Math.max(1, rareCount))
}

/** Bits of a field's number beside the frame of a rare term; the last: several or another. */
export function rareFieldBits({ detail }: PageShape): number {
  return detail === 'whole' ? fieldBits : 0
}

/** The same of recurring terms, as a power of two. */
export function recurringRice({ recurringCount, recurringBits }: PageShape): number {
  return riceFor(2 ** recurringBits, Math.max(1, recurringCount))
}

/**
 * CRC-32 of bytes that lie in the object of this owner as this number: of a page, or at this
 * position of the lists. So what belongs elsewhere is noticed.
 */
export function checksumOf(owner: string, number: number, bytes: Uint8Array): number {
  const prefix = Buffer.alloc(owner.length + 4)
  prefix.writeUInt32LE(number, prefix.write(owner, 'latin1'))
  return crc32(bytes, crc32(prefix))
}
