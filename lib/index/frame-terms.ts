import { LineTerms } from './line-terms.ts'
import { TermSet } from './term-set.ts'

const newline = 0x0a

/** Collects the distinct terms of a frame's raw bytes. One serves for all frames of a run. */
export class FrameTerms {
  /** Of the frame read last. */
  readonly terms = new TermSet()
  readonly #lines = new LineTerms(this.terms)

  /** `raw` is whole lines, as `BucketBuilder` passes them to its `onRaw`. */
  read(raw: Buffer): TermSet {
    this.terms.clear()
    let start = 0
    let lineNumber = 0
    while (start < raw.length) {
      const newlineAt = raw.indexOf(newline, start)
      const end = newlineAt < 0 ? raw.length : newlineAt
      this.#lines.read(raw, start, end, lineNumber++)
      start = end + 1
    }
    return this.terms
  }
}
