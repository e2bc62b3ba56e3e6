import {
  hasNumbers,
  hasNumericStrings,
  hasStrings,
  isListed,
  kindOf,
  mayBeNumeric,
} from './field-kinds.ts'

/** What one frame, or all frames of a run, say of a field. */
export interface FieldSummary {
  /** Bits of `field-kinds.ts`. */
  readonly kinds: number
  readonly eventCount: number
  /** JSON texts in Latin-1 and the events that have each; none where they are not listed. */
  readonly values: readonly (readonly [value: string, count: number])[]
  /** Of all numbers, rounded to doubles, where values are not listed. */
  readonly low: number
  readonly high: number
}

/** Events that a listed value has on average: lists of values that hardly repeat cost too much. */
const eventsOfValueMin = 8

/** The summary without a list that would say too little for its length. */
export function worthwhile(summary: FieldSummary): FieldSummary {
  const isShort = eventsOfValueMin * summary.values.length <= summary.eventCount
  return isShort ? summary : withoutList(summary)
}

/** The summary with the range of its numbers instead of a list. */
export function withoutList({ kinds, eventCount, values, ...range }: FieldSummary): FieldSummary {
  let { low, high } = range
  let bits = kinds & ~isListed
  for (const [value] of values) {
    const kind = kindOf(value.charCodeAt(0))
    if (kind === hasNumbers) {
      low = Math.min(low, Number(value))
      high = Math.max(high, Number(value))
    } else if (kind === hasStrings && mayBeNumeric(value.charCodeAt(1))) bits |= hasNumericStrings
  }
  return { kinds: bits, eventCount, values: [], low, high }
}
