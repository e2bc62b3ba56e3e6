import { lowBits, type Term } from './term-hash.ts'

/**
 * A sum of 64 bits for each of the frames [startFrame, endFrame), over its terms in any order: two
 * sources that tell the same terms of a frame have the same sum.
 */
export class FrameDigests {
  readonly startFrame: number
  readonly endFrame: number
  readonly #high: Uint32Array
  readonly #low: Uint32Array

  constructor(startFrame: number, endFrame: number) {
    this.startFrame = startFrame
    this.endFrame = endFrame
    this.#high = new Uint32Array(endFrame - startFrame)
    this.#low = new Uint32Array(endFrame - startFrame)
  }

  /** A term of a frame; those of other frames are passed over. Events are 0 where unknown. */
  add(term: Term, frame: number, eventCount: number): void {
    if (frame < this.startFrame || frame >= this.endFrame) return
    const at = frame - this.startFrame
    const upper = Math.floor(term / 2 ** lowBits) | 0
    const lower = (term % 2 ** lowBits) | 0
    const first = mixed(upper ^ Math.imul(eventCount + 1, 0x9e3779b1), lower)
    this.#high[at]! += first
    this.#low[at]! += mixed(first ^ 0x5bd1e995, lower ^ upper)
  }

  /** Whether both say the same of this frame. */
  agree(other: FrameDigests, frame: number): boolean {
    const [at, there] = [frame - this.startFrame, frame - other.startFrame]
    return this.#high[at] === other.#high[there] && this.#low[at] === other.#low[there]
  }
}

function mixed(a: number, b: number): number {
  let bits = Math.imul(a ^ (a >>> 16), 0x7feb352d) ^ b
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
