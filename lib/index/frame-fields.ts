import { FieldCounter } from './field-counter.ts'
import { otherField } from './field-table.ts'

/** Sums up the fields of one frame after the other. */
export class FrameFields {
  /** Events of the frame. */
  eventCount = 0
  /** Some leaf lies at a path that the run's table has no room for. */
  hasOthers = false
  /** Numbers of the fields that the frame has. */
  readonly present: number[] = []
  readonly #counters: FieldCounter[] = []
  #isPresent = new Uint8Array(64)

  clear(): void {
    this.eventCount = 0
    this.hasOthers = false
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
    if (field === otherField) {
      this.hasOthers = true
      return
    }
    if (this.#isPresent[field] !== 1) this.#begin(field)
    this.#counters[field]!.add(this.eventCount, bytes, start, end)
  }

  /** Of a field that is present. */
  counter(field: number): FieldCounter {
    return this.#counters[field]!
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
