import { bitsFor } from '../bytes/rice.ts'
import { termBits } from './term-hash.ts'

/**
 * How much an index says of its terms. `whole`: all there is to say, so that it can be merged;
 * rare are terms of one event. `counts`: for questions only; rare are terms of one frame. `frames`:
 * the same without events and fields, for so few frames that they are better read.
 */
export type TermDetail = 'whole' | 'counts' | 'frames'

/**
 * What a reader has to know of a term index to find the page of a term by arithmetic and to read it
 * (docs/format.md, section 9). It stands in the catalog, so that no footer has to be fetched.
 */
export interface TermShape {
  readonly detail: TermDetail
  readonly frameCount: number
  readonly rareCount: number
  readonly recurringCount: number
  /** Bits of a rare and of a recurring term that are kept. */
  readonly rareBits: number
  readonly recurringBits: number
  /** The first bits of a term are the number of its page, the first of these that of its part. */
  readonly pageBits: number
  readonly partBits: number
  /** Every page is so long. */
  readonly pageBytes: number
  /** Paths of the fields that the bits of a mask stand for; bits behind them: some field. */
  readonly fields: readonly string[]
}

/** Indexes that one question over seven years asks: 84 months, 30 days, 24 hours. */
const indexCount = 138
/** Terms that are in none of them give so many false candidate frames in all. */
const falseCandidatesMax = 0.5
/** Of fewer frames, reading them costs less than counts by term do. */
const countedFramesMin = 64
/** A page takes half of this to this: a GET costs more than its bytes up to there. */
const pageBytesMax = 48 * 1024
const pageBitsMax = 32
/** Frames of one index. A set of them has a bit each. */
export const framesMax = 2 ** 28
const fieldsMax = 31
const fieldNamesBytesMax = 1024

/** Of an index that nothing will be merged from, or of one that will be. */
export function detailFor(isFinal: boolean, frameCount: number): TermDetail {
  if (!isFinal) return 'whole'
  return frameCount < countedFramesMin ? 'frames' : 'counts'
}

/** Bits of terms to keep: what questions need, where nothing else needs more. */
export function keptBitsFor(
  detail: TermDetail,
  counts: Pick<TermShape, 'frameCount' | 'rareCount' | 'recurringCount'>,
): Pick<TermShape, 'rareBits' | 'recurringBits'> {
  const { frameCount, rareCount, recurringCount } = counts
  return {
    rareBits: detail === 'whole' ? termBits : neededBits(rareCount),
    recurringBits: detail === 'frames' ? neededBits(recurringCount, bitsFor(frameCount)) : termBits,
  }
}

/** More costs a bit a term with each doubling; a term of more frames needs more. */
function neededBits(termCount: number, moreBits = 0): number {
  const bits = Math.log2((Math.max(1, termCount) * indexCount) / falseCandidatesMax)
  return Math.min(termBits, Math.ceil(bits) + moreBits)
}

/** At least the bits that tell pages apart. */
export function forPages(
  { rareBits, recurringBits }: Pick<TermShape, 'rareBits' | 'recurringBits'>,
  pageBits: number,
): Pick<TermShape, 'rareBits' | 'recurringBits'> {
  return {
    rareBits: Math.max(rareBits, pageBits),
    recurringBits: Math.max(recurringBits, pageBits),
  }
}

/** Those of a run's fields that bits are named for: not more than a catalog has room for. */
export function namedFields(paths: readonly string[]): string[] {
  let sizeBytes = 0
  const isNamed = (path: string, bit: number) => {
    sizeBytes += path.length
    return bit < fieldsMax && sizeBytes <= fieldNamesBytesMax
  }
  const end = paths.findIndex((path, bit) => !isNamed(path, bit))
  return paths.slice(0, end < 0 ? paths.length : end)
}

/** For pages that take so many bytes in all. */
export function pageBitsFor(sizeBytes: number): number {
  const bits = Math.ceil(Math.log2(Math.max(1, sizeBytes / pageBytesMax)))
  return Math.min(pageBitsMax, bits)
}
