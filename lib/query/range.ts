import { parseInstant, parseTime } from '../core/time.ts'
import { compareAddresses, isIpv4, parseAddress } from './address.ts'
import { isNumber } from './decimal.ts'
import { type RangeCondition, timeField } from './query.ts'

export type Range = Pick<RangeCondition, 'low' | 'high'>

/** How a range compares: as its bounds read, all of them. `@time` is always compared as time. */
export type RangeKind = 'number' | 'time' | 'address' | 'text'

export function rangeKind(field: string | undefined, { low, high }: Range): RangeKind {
  const bounds = [low, high].flatMap(bound => (bound ? [bound.text] : []))
  if (field === timeField) {
    return bounds.every(text => parseTime(text) !== undefined) ? 'time' : 'text'
  }
  if (bounds.every(isNumber)) return 'number'
  if (bounds.every(text => parseInstant(text) !== undefined)) return 'time'
  return bounds.every(text => parseAddress(text)) ? 'address' : 'text'
}

/** Why a range cannot be meant so, if it cannot. */
export function rangeFault(
  field: string | undefined,
  range: Range,
): { detail: string; hint: string } | undefined {
  const kind = rangeKind(field, range)
  if (field === timeField && kind !== 'time') {
    const hint = 'RFC 3339, e.g. 2026-03-01T12:00:00Z or 2026-03-01, or seconds since 1970'
    return { detail: '@time is compared with times from 1970 to 2255', hint }
  }
  const low = kind === 'address' && range.low && parseAddress(range.low.text)
  const high = kind === 'address' && range.high && parseAddress(range.high.text)
  if (!low || !high) return undefined
  if (isIpv4(low) === isIpv4(high) && compareAddresses(low, high) <= 0) return undefined
  const hint = 'both of one family, the lower one first'
  return { detail: `${range.low?.text} to ${range.high?.text} is no range of addresses`, hint }
}
