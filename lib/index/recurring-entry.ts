import type { BitReader } from '../bytes/bit-reader.ts'
import type { BitWriter } from '../bytes/bit-writer.ts'
import { gammaBits, readGamma, writeGamma } from '../bytes/rice.ts'
import { hasCounts, type PostingHead } from './postings.ts'
import { fieldBits, type Place } from './term-page.ts'

const allFieldsBits = 32
const positionBits = 32
/** Frames and events of a list that no index has: only bytes written wrong say so. */
const countMax = 2 ** 52

/** What an entry says of its term, but for its bits and its list. */
export interface RecurringEntry {
  /** The fields it is in; bit 31: in others, too. -1, any, where the index does not tell. */
  readonly fieldMask: number
  readonly head: PostingHead
  /** Where the list lies; `undefined`: it follows. */
  readonly place: Place | undefined
}

/** Bits of the entry with its list behind it. */
export function entryBits(fieldMask: number, head: PostingHead): number {
  const { frameCount, eventCount } = head
  const bits = gammaBits(frameCount) + (frameCount > 1 ? 1 : 0) + 1
  if (eventCount === 0) return bits
  const codeBits = hasCounts(frameCount, eventCount) ? 1 : 0
  const maskBits = isOneField(fieldMask) ? fieldBits : allFieldsBits
  return bits + 1 + maskBits + gammaBits(eventCount - frameCount + 1) + codeBits
}

/** Bits that take the place of a list which lies outside. */
export function placeBits(sizeBytes: number): number {
  return positionBits + gammaBits(sizeBytes)
}

export function writeEntry(out: BitWriter, { fieldMask, head, place }: RecurringEntry): void {
  const { frameCount, eventCount } = head
  writeGamma(out, frameCount)
  if (frameCount > 1) out.write(head.hasGammaGaps ? 1 : 0, 1)
  if (eventCount > 0) {
    const isOne = isOneField(fieldMask)
    out.write(isOne ? 1 : 0, 1)
    if (isOne) out.write(31 - Math.clz32(fieldMask), fieldBits)
    else out.write(fieldMask >>> 0, allFieldsBits)
    writeGamma(out, eventCount - frameCount + 1)
    if (hasCounts(frameCount, eventCount)) out.write(head.hasGammaCounts ? 1 : 0, 1)
  }
  out.write(place ? 1 : 0, 1)
  if (!place) return
  out.write(place.start, positionBits)
  writeGamma(out, place.sizeBytes)
}

/** `isCounted`: the index tells of events and fields. */
export function readEntry(bits: BitReader, isCounted: boolean): RecurringEntry {
  const frameCount = Math.min(readGamma(bits), countMax)
  const hasGammaGaps = frameCount > 1 && bits.read(1) === 1
  let [fieldMask, eventCount] = [-1, 0]
  if (isCounted) {
    const isOne = bits.read(1) === 1
    fieldMask = isOne ? 1 << bits.read(fieldBits) : bits.read(allFieldsBits) | 0
    eventCount = frameCount + Math.min(readGamma(bits), countMax) - 1
  }
  const hasGammaCounts = hasCounts(frameCount, eventCount) && bits.read(1) === 1
  const head = { frameCount, eventCount, hasGammaGaps, hasGammaCounts }
  if (bits.read(1) === 0) return { fieldMask, head, place: undefined }
  const start = bits.read(positionBits)
  return { fieldMask, head, place: { start, sizeBytes: readGamma(bits) } }
}

/** Whether a mask has one bit. */
export function isOneField(fieldMask: number): boolean {
  return fieldMask !== 0 && (fieldMask & (fieldMask - 1)) === 0
}
