import { FieldCounter } from './field-counter.ts'
import { isEverywhere } from './field-kinds.ts'
import type { FieldSummary } from './field-summary.ts'
import { otherField } from './field-table.ts'

/** Sums up the fields of one frame after the other. */
export class FrameFields {
  /** Events of the frame. */
  eventCount = 0
  /** Numbers of the fields that the frame has. */
  readonly present: number[] = []
  readonly #counters: FieldCounter[] = []
  #isPresent = new Uint8Array(64)

  clear(): void {
    this.eventCount = 0
    for (const field of this.present) {
      this.#isPresent[field] = 0
      this.#counters[field]!.clear()
    }
    this.present.length = 0
  }

  beginEvent(): void {
    this.eventCount++
  }

  /** A leaf of the event begun last, as JSON text at [start, end). */
  add(field: number, bytes: Buffer, start: number, end: number): void {
    if (field === otherField) return
    if (this.#isPresent[field] !== 1) this.#begin(field)
    this.#counters[field]!.add(this.eventCount, bytes, start, end)
  }

  /** Of a field that is present. */
  counter(field: number): FieldCounter {
    return this.#counters[field]!
  }

  summaryOf(field: number): FieldSummary {
    const counter = this.#counters[field]!
    const { kinds, eventCount, low, high, valueCount } = counter
    const values: [string, number][] = []
    for (let position = 0; position < valueCount; position++) {
      values.push([counter.value(position).toString('latin1'), counter.count(position)])
    }
    const everywhere = eventCount === this.eventCount ? isEverywhere : 0
    return { kinds: kinds | everywhere, eventCount, values, low, high }
  }

  #begin(field: number): void {
    if (field >= this.#isPresent.length) {
      const larger = new Uint8Array(2 * field)
      larger.set(this.#isPresent)
      this.#isPresent = larger
    }
    while (this.#counters.length <= field) this.#counters.push(new FieldCounter())
    this.#isPresent[field] = 1
    this.present.push(field)
  }
}
