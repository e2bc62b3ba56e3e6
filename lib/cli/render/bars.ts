import { showCount } from './figures.ts'
import type { Paint } from './paint.ts'
import type { ShowTime } from './zoned-time.ts'

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A bar of `width` characters at most, to an eighth of one; never empty for a part above 0. */
export function bar(part: number, whole: number, width: number): string {
  const steps = whole === 0 ? 0 : Math.round((part / whole) * width * 8)
  const drawn = part > 0 ? Math.max(1, steps) : 0
  return '█'.repeat(Math.floor(drawn / 8)) + (eighths[drawn % 8] ?? '')
}

export interface BarsOptions {
  readonly showTime: ShowTime
  readonly paint: Paint
  readonly columns: number
  /** Usual distance of two intervals; where two lie farther apart a dotted line says so. */
  readonly intervalMicros: number
}

interface BarInterval {
  readonly startMicros: number
  readonly count: number
  /** The count is only a bound: there may be fewer. */
  readonly isMost?: boolean
}

/** One line an interval: time, count, bar. Lines without events are left out and marked. */
export function showBars(
  intervals: readonly BarInterval[],
  { showTime, paint, columns, intervalMicros }: BarsOptions,
): string {
  const highest = intervals.reduce((most, { count }) => Math.max(most, count), 0)
  const times = intervals.map(({ startMicros }) => showTime(startMicros))
  const timeWidth = times.reduce((width, time) => Math.max(width, time.length), 0)
  const counts = intervals.map(({ count, isMost }) => `${isMost ? '≤ ' : ''}${showCount(count)}`)
  const countWidth = counts.reduce((width, count) => Math.max(width, count.length), 0)
  const barWidth = Math.max(8, Math.min(80, columns - timeWidth - countWidth - 3))
  const lines: string[] = []
  intervals.forEach(({ startMicros, count }, at) => {
    const before = intervals[at - 1]
    if (before && startMicros - before.startMicros > intervalMicros * 1.5) {
      lines.push(paint('dim', '⋮'))
    }
    const time = paint('dim', (times[at] ?? '').padEnd(timeWidth))
    const drawn = paint('cyan', bar(count, highest, barWidth))
    lines.push(`${time} ${(counts[at] ?? '').padStart(countWidth)} ${drawn}`)
  })
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}
