import type { Interval } from '../lib/client/answers.ts'

/** A range of time in milliseconds since 1970, half-open. */
export interface Span {
  readonly startMillis: number
  readonly endMillis: number
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const widths: readonly (readonly [Interval, number])[] = [
  ['minute', minute],
  ['hour', hour],
  ['day', day],
  ['week', 7 * day],
  ['month', 30 * day],
]

/** The finest interval that cuts the span into at most 400 bars. */
export function intervalFor({ startMillis, endMillis }: Span): Interval {
  const width = endMillis - startMillis
  return widths.find(([, millis]) => width / millis <= 400)?.[0] ?? 'year'
}

/** Where the interval that begins here ends, in UTC. */
export function intervalEnd(startMillis: number, interval: Interval): number {
  const date = new Date(startMillis)
  if (interval === 'year') return Date.UTC(date.getUTCFullYear() + 1, 0)
  if (interval === 'month') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)
  return startMillis + widths.find(([name]) => name === interval)![1]
}

/** Round times within the span, at most `countMax` of them, with texts as short as they can be. */
export function ticks(span: Span, countMax: number): { millis: number; text: string }[] {
  const width = span.endMillis - span.startMillis
  const steps = [1, 2, 5, 10, 15, 30].map(n => n * minute)
  steps.push(...[1, 2, 3, 6, 12].map(n => n * hour), ...[1, 2, 7, 14].map(n => n * day))
  const step = steps.find(millis => width / millis <= countMax)
  if (step === undefined) return monthTicks(span, countMax)
  const first = Math.ceil(span.startMillis / step) * step
  const found: { millis: number; text: string }[] = []
  for (let millis = first; millis < span.endMillis; millis += step) {
    const text = new Date(millis).toISOString()
    found.push({ millis, text: millis % day === 0 ? text.slice(0, 10) : text.slice(11, 16) })
  }
  return found
}

function monthTicks(span: Span, countMax: number): { millis: number; text: string }[] {
  const months = (span.endMillis - span.startMillis) / (30 * day)
  const step = [1, 3, 6, 12, 24, 60, 120].find(each => months / each <= countMax) ?? 600
  const found: { millis: number; text: string }[] = []
  const start = new Date(span.startMillis)
  const first = Math.floor((start.getUTCFullYear() * 12 + start.getUTCMonth()) / step) * step
  for (let month = first; ; month += step) {
    const millis = Date.UTC(Math.floor(month / 12), month % 12)
    if (millis >= span.endMillis) return found
    if (millis < span.startMillis) continue
    const text = new Date(millis).toISOString()
    found.push({ millis, text: step % 12 === 0 ? text.slice(0, 4) : text.slice(0, 7) })
  }
}

/** `2026-11-20 10:00:00`, without what is zero at the end of it. */
export function shortTime(millis: number): string {
  const text = new Date(millis).toISOString()
  const seconds = text.slice(17, 23) === '00.000' ? '' : text.slice(16, 19)
  return text.endsWith('T00:00:00.000Z')
    ? text.slice(0, 10)
    : text.slice(0, 16).replace('T', ' ') + seconds
}

/** As it goes into the address: `2026-11-20T10:00Z`. */
export function addressTime(millis: number): string {
  const text = new Date(millis).toISOString()
  return text.endsWith(':00.000Z') ? `${text.slice(0, 16)}Z` : text
}
