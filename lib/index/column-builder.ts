import type { FieldColumn } from './field-column.ts'
import { isListed } from './field-kinds.ts'
import type { FieldSummary } from './field-summary.ts'

/** Makes a column frame by frame. */
export class ColumnBuilder {
  readonly #ids = new Map<string, number>()
  readonly #summaries: FieldSummary[] = []

  /** Frames come in ascending order; those left out do not have the field. */
  add(frame: number, summary: FieldSummary): void {
    this.#skipTo(frame)
    for (const [value] of summary.values) {
      if (!this.#ids.has(value)) this.#ids.set(value, this.#ids.size)
    }
    this.#summaries.push(summary)
  }

  #skipTo(frame: number): void {
    while (this.#summaries.length < frame) this.#summaries.push(absent)
  }

  finish(frameCount: number): FieldColumn {
    this.#skipTo(frameCount)
    const starts = new Uint32Array(frameCount + 1)
    const pairs: (readonly [id: number, count: number])[] = []
    for (const [frame, { values }] of this.#summaries.entries()) {
      const ids = values.map(([value, count]) => [this.#ids.get(value)!, count] as const)
      pairs.push(...ids.sort(([a], [b]) => a - b))
      starts[frame + 1] = pairs.length
    }
    return {
      values: Array.from(this.#ids.keys(), value => Buffer.from(value, 'latin1')),
      kinds: Uint8Array.from(this.#summaries, each => each.kinds),
      eventCounts: Float64Array.from(this.#summaries, each => each.eventCount),
      starts,
      valueIds: Uint32Array.from(pairs, ([id]) => id),
      counts: Float64Array.from(pairs, ([, count]) => count),
      lows: Float64Array.from(this.#summaries, each => each.low),
      highs: Float64Array.from(this.#summaries, each => each.high),
    }
  }
}

/** Of a frame that does not have the field. */
const absent: FieldSummary = {
  kinds: isListed,
  eventCount: 0,
  values: [],
  low: Infinity,
  high: -Infinity,
}

/** What a frame of a column says of the field. */
export function summaryOf(column: FieldColumn, frame: number): FieldSummary {
  const values: [string, number][] = []
  for (let at = column.starts[frame]!; at < column.starts[frame + 1]!; at++) {
    values.push([column.values[column.valueIds[at]!]!.toString('latin1'), column.counts[at]!])
  }
  return {
    kinds: column.kinds[frame]!,
    eventCount: column.eventCounts[frame]!,
    values,
    low: column.lows[frame]!,
    high: column.highs[frame]!,
  }
}
