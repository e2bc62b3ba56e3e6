import { wrap } from '../bytes/envelope.ts'
import { VarintWriter } from '../bytes/varint.ts'
import { ColumnBuilder } from './column-builder.ts'
import { encodeColumn } from './field-column.ts'
import { type FieldSummary, worthwhile } from './field-summary.ts'
import { FieldTable } from './field-table.ts'
import { FieldTotal } from './field-total.ts'
import type { FrameFields } from './frame-fields.ts'
import { blocksOf, encodeHead } from './summary.ts'

/** Frames of one column: a GET reads about so much for a field anyway. */
const stripeFramesDefault = 1024

interface OpenField {
  readonly path: string
  readonly total: FieldTotal
  column: ColumnBuilder
  /** Of the stripes so far; empty where no event has the field. */
  readonly columns: Buffer[]
}

/** Makes the field summary of a run while its frames are made. */
export class SummaryBuilder {
  /** The fields of the run. */
  readonly table = new FieldTable()
  readonly #stripeFrames: number
  readonly #fields = new Map<string, OpenField>()
  readonly #eventColumns: Buffer[] = []
  /** Events of each frame of the stripe at hand. */
  #frameEvents: number[] = []
  /** Fields of the stripe at hand. */
  readonly #touched = new Set<OpenField>()
  #frameCount = 0
  #eventCount = 0

  constructor(stripeFrames = stripeFramesDefault) {
    this.#stripeFrames = stripeFrames
  }

  /** Frames come in order, every one of them, as read with this table. */
  addFrame(fields: FrameFields): void {
    for (const field of fields.present) {
      this.#add(this.table.paths[field]!, fields.summaryOf(field))
    }
    this.#frameEvents.push(fields.eventCount)
    this.#eventCount += fields.eventCount
    this.#frameCount++
    if (this.#frameEvents.length === this.#stripeFrames) this.#endStripe()
  }

  #add(path: string, summary: FieldSummary): void {
    let field = this.#fields.get(path)
    if (!field) {
      field = { path, total: new FieldTotal(), column: new ColumnBuilder(), columns: [] }
      this.#fields.set(path, field)
    }
    field.column.add(this.#frameEvents.length, worthwhile(summary))
    field.total.add(summary)
    this.#touched.add(field)
  }

  #endStripe(): void {
    const stripe = this.#eventColumns.length
    for (const field of this.#touched) {
      while (field.columns.length < stripe) field.columns.push(Buffer.alloc(0))
      field.columns.push(encodeColumn(field.column.finish(this.#frameEvents.length)))
      field.column = new ColumnBuilder()
    }
    const events = new VarintWriter()
    for (const count of this.#frameEvents) events.write(count)
    this.#eventColumns.push(Buffer.from(events.bytes()))
    this.#frameEvents = []
    this.#touched.clear()
  }

  /** The object's bytes; its head is the last of them. `owner` is what its key says of it. */
  finish(owner: string): { readonly bytes: Buffer; readonly headBytes: number } {
    if (this.#frameEvents.length > 0) this.#endStripe()
    const stripeCount = this.#eventColumns.length
    const columns = [...this.#eventColumns]
    const fields = Array.from(this.#fields.values(), field => {
      const total = new ColumnBuilder()
      total.add(0, field.total.finish(this.#eventCount))
      while (field.columns.length < stripeCount) field.columns.push(Buffer.alloc(0))
      columns.push(...field.columns)
      return { path: field.path, total: encodeColumn(total.finish(1)) }
    })
    const columnBytes = columns.map(column => column.length)
    const blocks: Buffer[] = []
    for (const { length } of blocksOf(columnBytes)) {
      blocks.push(wrap(Buffer.concat(columns.splice(0, length))))
    }
    const head = encodeHead({
      frameCount: this.#frameCount,
      eventCount: this.#eventCount,
      stripeFrames: this.#stripeFrames,
      otherRoots: this.table.otherRoots,
      fields,
      columnBytes,
      blockBytes: blocks.map(block => block.length),
      owner,
    })
    return { bytes: Buffer.concat([...blocks, head]), headBytes: head.length }
  }
}
