/** Half-open span of time that sealed buckets belong to, in microseconds. */
export interface Period {
  readonly startMicros: number
  readonly endMicros: number
}

/** Raw bytes by hour: position is hours since 1970. */
export type HourSizes = ReadonlyMap<number, number>

export const hourMicros = 3600e6

/**
 * Cuts time into periods: each calendar year, month, day or at last hour (all UTC) that holds at
 * most `wantedBytes`, so that a small archive has few runs and a large one narrow periods. `sizes`
 * is what lies there or is about to. Ascending; hours without data are in no period.
 */
export function choosePeriods(
  sizes: HourSizes,
  wantedBytes: number,
  narrowestMicros: number,
): Period[] {
  const periods: Period[] = []
  cut(
    [...sizes.keys()].sort((a, b) => a - b),
    0,
  )
  return periods

  function cut(hours: readonly number[], level: number): void {
    for (const group of groupBy(hours, hour => widths[level]!(hour).startMicros)) {
      const period = widths[level]!(group[0]!)
      const bytes = group.reduce((sum, hour) => sum + (sizes.get(hour) ?? 0), 0)
      const narrowest = period.endMicros - period.startMicros <= narrowestMicros
      if (bytes <= wantedBytes || narrowest || level === widths.length - 1) periods.push(period)
      else cut(group, level + 1)
    }
  }
}

/** Calendar periods, narrowest first, that a roll-up may have. */
export const rollupWidths = [hourOf, dayOf, monthOf] as const
const widths = [yearOf, monthOf, dayOf, hourOf] as const

function yearOf(hour: number): Period {
  const date = new Date(hour * 3600e3)
  return utc(date.getUTCFullYear(), 0, 1, date.getUTCFullYear() + 1, 0, 1)
}

function monthOf(hour: number): Period {
  const date = new Date(hour * 3600e3)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  return utc(year, month, 1, year, month + 1, 1)
}

function dayOf(hour: number): Period {
  const start = Math.floor(hour / 24) * 24 * hourMicros
  return { startMicros: start, endMicros: start + 24 * hourMicros }
}

function hourOf(hour: number): Period {
  return { startMicros: hour * hourMicros, endMicros: (hour + 1) * hourMicros }
}

function utc(...[year, month, day, endYear, endMonth, endDay]: number[]): Period {
  return {
    startMicros: Date.UTC(year!, month!, day!) * 1000,
    endMicros: Date.UTC(endYear!, endMonth!, endDay!) * 1000,
  }
}

function groupBy(hours: readonly number[], keyOf: (hour: number) => number): number[][] {
  const groups = new Map<number, number[]>()
  for (const hour of hours) {
    const key = keyOf(hour)
    const group = groups.get(key)
    if (group) group.push(hour)
    else groups.set(key, [hour])
  }
  return [...groups.values()]
}
