import type { BitReader } from '../bytes/bit-reader.ts'
import type { BitWriter } from '../bytes/bit-writer.ts'
import {
  bitsFor,
  gammaBits,
  readGamma,
  readRice,
  riceFor,
  writeGamma,
  writeRice,
} from '../bytes/rice.ts'
import { ArchiveError } from '../core/errors.ts'

/** What an entry says of a recurring term's list (docs/format.md, section 9). */
export interface PostingHead {
  /** Frames in the list, and events in all of them; 0 where the index does not tell. */
  readonly frameCount: number
  readonly eventCount: number
  /** Gamma for gaps that are mostly none, or counts that differ much; else Rice. */
  readonly hasGammaGaps: boolean
  readonly hasGammaCounts: boolean
}

/** Frames of a list, ascending, each with its events, 0 where the index does not tell. */
export interface Postings {
  readonly frames: Uint32Array
  readonly counts: Uint32Array
}

/** The head of a list with the shorter codes, and its bits. Counts are all 0 or none is. */
export function measurePostings(
  { frames, counts }: Postings,
  indexFrames: number,
): { readonly head: PostingHead; readonly bits: number } {
  const frameCount = frames.length
  let eventCount = 0
  for (const count of counts) eventCount += count
  const [gapK, countK] = [
    gapRice(frameCount, indexFrames),
    riceFor(eventCount - frameCount, frameCount),
  ]
  let [riceGaps, gammaGaps, riceCounts, gammaCounts] = [0, 0, 0, 0]
  let next = 0
  for (let i = 0; i < frameCount; i++) {
    const gap = frames[i]! - next
    next = frames[i]! + 1
    riceGaps += (gap >>> gapK) + 1 + gapK
    gammaGaps += gammaBits(gap + 1)
    riceCounts += ((counts[i]! - 1) >>> countK) + 1 + countK
    gammaCounts += gammaBits(counts[i]!)
  }
  const head = {
    frameCount,
    eventCount,
    hasGammaGaps: frameCount > 1 && gammaGaps < riceGaps,
    hasGammaCounts: hasCounts(frameCount, eventCount) && gammaCounts < riceCounts,
  }
  if (frameCount === 1) return { head, bits: bitsFor(indexFrames) }
  const countBits = hasCounts(frameCount, eventCount) ? Math.min(riceCounts, gammaCounts) : 0
  return { head, bits: Math.min(riceGaps, gammaGaps) + countBits }
}

/** Whether the list says how many events each frame has: not where that is clear. */
export function hasCounts(frameCount: number, eventCount: number): boolean {
  return frameCount > 1 && eventCount > frameCount
}

/** Writes a list whose head is known. */
export class PostingWriter {
  readonly #out: BitWriter
  readonly #head: PostingHead
  readonly #indexFrames: number
  readonly #gapK: number
  readonly #countK: number
  #next = 0

  constructor(out: BitWriter, head: PostingHead, indexFrames: number) {
    this.#out = out
    this.#head = head
    this.#indexFrames = indexFrames
    this.#gapK = gapRice(head.frameCount, indexFrames)
    this.#countK = riceFor(head.eventCount - head.frameCount, head.frameCount)
  }

  /** Frames come in ascending order. */
  add(frame: number, count: number): void {
    const { frameCount, eventCount, hasGammaGaps, hasGammaCounts } = this.#head
    if (frameCount === 1) {
      this.#out.write(frame, bitsFor(this.#indexFrames))
      return
    }
    if (hasGammaGaps) writeGamma(this.#out, frame - this.#next + 1)
    else writeRice(this.#out, frame - this.#next, this.#gapK)
    this.#next = frame + 1
    if (!hasCounts(frameCount, eventCount)) return
    if (hasGammaCounts) writeGamma(this.#out, count)
    else writeRice(this.#out, count - 1, this.#countK)
  }
}

/** Reads a list one frame after the other. Throws `corrupt` for what contradicts its head. */
class PostingReader {
  readonly #bits: BitReader
  readonly #head: PostingHead
  readonly #indexFrames: number
  readonly #gapK: number
  readonly #countK: number
  readonly #hasCounts: boolean
  #framesLeft: number
  #eventsLeft: number
  #next = 0
  frame = 0
  count = 0

  constructor(bits: BitReader, head: PostingHead, indexFrames: number) {
    const { frameCount, eventCount } = head
    const isCounted = eventCount > 0
    if (frameCount > indexFrames || (isCounted && frameCount > eventCount)) {
      throw fault(`of ${frameCount} of ${indexFrames} frames with ${eventCount} events`)
    }
    this.#bits = bits
    this.#head = head
    this.#indexFrames = indexFrames
    this.#gapK = gapRice(frameCount, indexFrames)
    this.#countK = riceFor(eventCount - frameCount, frameCount)
    this.#hasCounts = hasCounts(frameCount, eventCount)
    this.#framesLeft = frameCount
    this.#eventsLeft = eventCount
  }

  /** False behind the last frame. */
  next(): boolean {
    if (this.#framesLeft === 0) {
      if (this.#eventsLeft !== 0) throw fault(`lacks ${this.#eventsLeft} events`)
      return false
    }
    this.#framesLeft--
    this.frame = this.#readFrame()
    if (this.frame >= this.#indexFrames) throw fault(`names frame ${this.frame}`)
    this.#next = this.frame + 1
    this.count = this.#readCount()
    if (this.#head.eventCount === 0) return true
    this.#eventsLeft -= this.count
    if (this.#eventsLeft < this.#framesLeft) throw fault('has more events than its head says')
    return true
  }

  #readFrame(): number {
    if (this.#head.frameCount === 1) return this.#bits.read(bitsFor(this.#indexFrames))
    return this.#head.hasGammaGaps
      ? this.#next + readGamma(this.#bits) - 1
      : this.#next + readRice(this.#bits, this.#gapK)
  }

  #readCount(): number {
    const { frameCount, eventCount } = this.#head
    if (!this.#hasCounts) return frameCount === 1 ? eventCount : Math.min(1, eventCount)
    return this.#head.hasGammaCounts
      ? readGamma(this.#bits)
      : readRice(this.#bits, this.#countK) + 1
  }
}

/** A whole list. */
export function readPostings(bits: BitReader, head: PostingHead, indexFrames: number): Postings {
  const reader = new PostingReader(bits, head, indexFrames)
  // A list has a bit a frame at least; what claims more is not given room.
  if (head.frameCount > bits.bitsLeft + 1) throw fault(`of ${head.frameCount} frames is cut off`)
  const frames = new Uint32Array(head.frameCount)
  const counts = new Uint32Array(head.frameCount)
  for (let i = 0; reader.next(); i++) {
    frames[i] = reader.frame
    counts[i] = reader.count
  }
  return { frames, counts }
}

/** The mean distance of the frames, as a power of two. */
function gapRice(frameCount: number, indexFrames: number): number {
  return riceFor(indexFrames, frameCount)
}

function fault(what: string): ArchiveError {
  return new ArchiveError('corrupt', `index list ${what}`)
}
