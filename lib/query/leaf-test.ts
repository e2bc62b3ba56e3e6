import { parseInstant, parseTime } from '../core/time.ts'
import {
  type AddressRange,
  compareAddresses,
  isInRange,
  isIpv4,
  parseAddress,
  parseBlock,
} from './address.ts'
import { someAddress } from './address-search.ts'
import { compareNumbers, isNumber } from './decimal.ts'
import type { LeafText } from './leaf-text.ts'
import { type MatchQuery, type RangeCondition, type TextCondition, timeField } from './query.ts'
import { rangeKind } from './range.ts'
import { compileRegex } from './regex.ts'
import { compileText, matchesText } from './text-pattern.ts'

/** Whether a leaf that is not null meets a condition. */
export type LeafTest = (value: LeafText) => boolean

export function compileLeafTest({ field, condition }: MatchQuery): LeafTest {
  switch (condition.kind) {
    case 'present':
      return () => true
    case 'text':
      return textTest(field, condition)
    case 'address':
      return addressTest(parseBlock(condition.text))
    case 'regex':
      return compileRegex(condition.source)
    case 'range':
      return rangeTest(field, condition)
  }
}

/**
 * A number typed for a field equals numbers of any spelling; everything else is looked for as text.
 */
function textTest(field: string | undefined, { pieces, quoted }: TextCondition): LeafTest {
  const [only = ''] = pieces
  if (pieces.length === 1 && only === '') return value => value.start === value.end
  const pattern = compileText(pieces)
  const occurs: LeafTest = pattern.needsFolded
    ? value => matchesText(pattern, value.foldedBytes, 0, value.foldedBytes.length)
    : value => matchesText(pattern, value.bytes, value.start, value.end)
  if (field === undefined || quoted || pieces.length > 1 || !isNumber(only)) return occurs
  return value => (isPlainNumber(value) ? compareNumbers(value.text, only) === 0 : occurs(value))
}

function isPlainNumber(value: LeafText): boolean {
  return value.leaf?.kind === 'number' && !value.leaf.isParameter
}

function rangeTest(field: string | undefined, range: RangeCondition): LeafTest {
  switch (rangeKind(field, range)) {
    case 'number': {
      const isInside = between(range, text => text, compareNumbers)
      return value => hasNumber(value) && isInside(value.text)
    }
    case 'time': {
      const isInside = between(range, boundOf(field), compareInstants)
      return value => {
        const instant = instantOf(value)
        return instant !== undefined && isInside(instant)
      }
    }
    case 'address':
      return addressRangeTest(range)
    case 'text': {
      const isInside = between(range, text => Buffer.from(text) as Buffer, Buffer.compare)
      return value =>
        value.leaf?.kind === 'string' && isInside(value.bytes.subarray(value.start, value.end))
    }
  }
}

/** Inside both bounds, as far as they are given. */
function between<Value>(
  { low, high }: RangeCondition,
  read: (text: string) => Value,
  compare: (a: Value, b: Value) => number,
): (value: Value) => boolean {
  const isAbove = low && limitTest(read(low.text), low.inclusive, compare)
  const isBelow = high && limitTest(read(high.text), high.inclusive, (a, b) => compare(b, a))
  return value => (isAbove?.(value) ?? true) && (isBelow?.(value) ?? true)
}

function limitTest<Value>(
  limit: Value,
  inclusive: boolean,
  compare: (a: Value, b: Value) => number,
): (value: Value) => boolean {
  return inclusive ? value => compare(value, limit) >= 0 : value => compare(value, limit) > 0
}

function hasNumber(value: LeafText): boolean {
  return isPlainNumber(value) || (value.leaf?.kind === 'string' && isNumber(value.text))
}

type Instant = NonNullable<ReturnType<typeof parseInstant>>

function boundOf(field: string | undefined): (text: string) => Instant {
  const parse = field === timeField ? parseTime : parseInstant
  return text => parse(text) ?? Number.NaN
}

function instantOf(value: LeafText): Instant | undefined {
  if (value.leaf?.kind === 'string') return parseInstant(value.text)
  return value.leaf?.isParameter ? value.timeMicros : undefined
}

/** Subtraction would not take a number and a bigint. */
function compareInstants(a: Instant, b: Instant): number {
  if (a < b) return -1
  return a > b ? 1 : 0
}

function addressTest(block: AddressRange | undefined): LeafTest {
  if (!block) return () => false
  return value =>
    someAddress(value.bytes, value.start, value.end, address => isInRange(address, block))
}

function addressRangeTest(range: RangeCondition): LeafTest {
  const ofIpv4 = isIpv4(parseAddress((range.low ?? range.high)!.text)!)
  const isInside = between(range, text => parseAddress(text)!, compareAddresses)
  return value =>
    someAddress(
      value.bytes,
      value.start,
      value.end,
      address => isIpv4(address) === ofIpv4 && isInside(address),
    )
}
