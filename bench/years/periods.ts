/** A calendar month, day or hour, as a roll-up of it stands in the catalog. */
export interface Period {
  readonly name: 'month' | 'day' | 'hour'
  /** Half-open, in microseconds. */
  readonly startMicros: number
  readonly endMicros: number
  readonly hours: number
  /** Nothing is merged from months. */
  readonly isFinal: boolean
}

export const hourMicros = 3600e6
const monthsKept = 84
const daysKept = 30

/** Midnight of April 1, 2026. */
export const nowMicros = Date.UTC(2026, 3, 1) * 1000

/**
 * Seven years and a month, ascending: 84 months, then the days and at last the hours of March that
 * are not wide enough yet.
 */
export const periods: readonly Period[] = [
  ...Array.from({ length: monthsKept }, (_, i) =>
    periodOf('month', utc(2019, 2 + i), utc(2019, 3 + i)),
  ),
  ...Array.from({ length: daysKept }, (_, i) =>
    periodOf('day', utc(2026, 2, 1 + i), utc(2026, 2, 2 + i)),
  ),
  ...Array.from({ length: 24 }, (_, i) =>
    periodOf('hour', utc(2026, 2, 31, i), utc(2026, 2, 31, i + 1)),
  ),
]

function periodOf(name: Period['name'], startMicros: number, endMicros: number): Period {
  const hours = (endMicros - startMicros) / hourMicros
  return { name, startMicros, endMicros, hours, isFinal: name === 'month' }
}

function utc(year: number, month: number, day = 1, hour = 0): number {
  return Date.UTC(year, month, day, hour) * 1000
}
