import { FieldTable } from './field-table.ts'
import { FrameFields } from './frame-fields.ts'
import { LineTerms } from './line-terms.ts'
import { TermSet } from './term-set.ts'

const newline = 0x0a

/**
 * Collects the distinct terms of a frame's raw bytes, and sums up its fields. One serves for all
 * frames of several runs.
 */
export class FrameTerms {
  /** Of the frame read last. */
  readonly terms = new TermSet()
  readonly fields = new FrameFields()
  readonly #lines = new LineTerms(this.terms, this.fields)

  /**
   * `raw` is whole lines, as `BucketBuilder` passes them to its `onRaw`; the table numbers the
   * fields of the frame's run.
   */
  read(raw: Buffer, table = new FieldTable()): TermSet {
    this.terms.clear()
    this.fields.clear()
    this.#lines.use(table)
    let start = 0
    while (start < raw.length) {
      const newlineAt = raw.indexOf(newline, start)
      const end = newlineAt < 0 ? raw.length : newlineAt
      this.#lines.read(raw, start, end)
      start = end + 1
    }
    return this.terms
  }
}
