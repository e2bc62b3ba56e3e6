import type { Interval } from '../../lib/read/question.ts'

/** Where the hour, day or month of a time begins, in UTC: worked out in the plainest way. */
export function periodStart(timeMicros: number, interval: Interval): number {
  const date = new Date(timeMicros / 1000)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  if (interval === 'month') return Date.UTC(year, month) * 1000
  const day = date.getUTCDate()
  if (interval === 'day') return Date.UTC(year, month, day) * 1000
  return Date.UTC(year, month, day, date.getUTCHours()) * 1000
}
