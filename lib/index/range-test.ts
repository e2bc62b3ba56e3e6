import { isNumber } from '../query/decimal.ts'
import type { Bound, MatchQuery } from '../query/query.ts'
import { rangeKind } from '../query/range.ts'
import { hasLiterals, hasNumbers, hasNumericStrings, hasStrings } from './field-kinds.ts'

/**
 * Which of the events that have a field meet a condition, told from the kinds of its leaves and the
 * range of its numbers, which are rounded to doubles. `some` where that cannot be told.
 */
export type RangeTest = (kinds: number, low: number, high: number) => 'none' | 'some' | 'all'

export function rangeTest({ field, condition }: MatchQuery): RangeTest {
  if (condition.kind === 'present') return () => 'all'
  if (condition.kind === 'range') {
    switch (rangeKind(field, condition)) {
      case 'number':
        return numberTest(condition)
      case 'address':
        return () => 'some'
      default:
        return kinds => ((kinds & hasStrings) === 0 ? 'none' : 'some')
    }
  }
  if (condition.kind !== 'text' || condition.quoted || condition.pieces.length > 1) {
    return () => 'some'
  }
  const [only = ''] = condition.pieces
  if (!isNumber(only)) return () => 'some'
  const bound = { text: only, inclusive: true }
  const test = numberTest({ low: bound, high: bound })
  // A string may have the number in it as a word.
  return (kinds, low, high) => ((kinds & hasStrings) !== 0 ? 'some' : test(kinds, low, high))
}

/** Rounding keeps the order: what is less by doubles is less, what is equal by them need not be. */
function numberTest(range: {
  readonly low: Bound | undefined
  readonly high: Bound | undefined
}): RangeTest {
  const from = range.low ? Number(range.low.text) : -Infinity
  const to = range.high ? Number(range.high.text) : Infinity
  return (kinds, low, high) => {
    if ((kinds & hasNumericStrings) !== 0) return 'some'
    if ((kinds & hasNumbers) === 0 || high < from || low > to) return 'none'
    const isAbove = !range.low || low > from
    const isBelow = !range.high || high < to
    const areAllNumbers = (kinds & (hasStrings | hasLiterals)) === 0
    return isAbove && isBelow && areAllNumbers ? 'all' : 'some'
  }
}
