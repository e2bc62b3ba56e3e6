import type { Interval } from '../../lib/read/question.ts'
import { referenceTest } from '../query/support/reference-filter.ts'
import type { DrawnQuestion } from './draw-question.ts'
import type { KnownEvent } from './known-events.ts'

/** The events that meet the question, oldest first, by looking at every one. */
export function expectedEvents(
  events: readonly KnownEvent[],
  { meant, stream, startMicros = 0, endMicros = Infinity }: DrawnQuestion,
): KnownEvent[] {
  const meets = referenceTest(meant)
  const isWanted = streamTest(stream)
  return events.filter(
    event =>
      event.timeMicros >= startMicros &&
      event.timeMicros < endMicros &&
      isWanted(event.stream) &&
      meets(event.leaves),
  )
}

function streamTest(glob: string | undefined): (stream: string) => boolean {
  if (glob === undefined) return () => true
  const source = glob.replace(/\*\*+|\*|\?|[^*?]+/g, part => {
    if (part.startsWith('**')) return '.*'
    return part === '*' ? '[^/]*' : part === '?' ? '[^/]' : RegExp.escape(part)
  })
  const pattern = new RegExp(`^${source}$`)
  return stream => pattern.test(stream)
}

/** What a clock on the wall shows at the beginning of the interval, and how many events it has. */
export function expectedHistogram(
  events: readonly KnownEvent[],
  labelOf: (micros: number) => string,
): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { timeMicros } of events) {
    const label = labelOf(timeMicros)
    counts.set(label, (counts.get(label) ?? 0) + 1)
  }
  return counts
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** Names the interval that a time lies in as a calendar on the wall does. */
export function labelledBy(interval: Interval, timeZone: string): (micros: number) => string {
  const known = new Map<number, string>()
  return micros => {
    // No zone's clock is set within a minute, and no interval is shorter.
    const minute = Math.floor(micros / 60e6)
    let label = known.get(minute)
    if (label === undefined) {
      label = labelOf(minute * 60_000, interval, timeZone)
      known.set(minute, label)
    }
    return label
  }
}

function labelOf(millis: number, interval: Interval, timeZone: string): string {
  let clock = clocks.get(timeZone)
  if (!clock) {
    const two = '2-digit'
    clock = new Intl.DateTimeFormat('sv-SE', {
      ...{ timeZone, year: 'numeric', month: two, day: two, hour: two, minute: two },
      timeZoneName: 'longOffset',
    })
    clocks.set(timeZone, clock)
  }
  const parts = Object.fromEntries(clock.formatToParts(millis).map(part => [part.type, part.value]))
  const date = `${parts.year}-${parts.month}-${parts.day}`
  switch (interval) {
    case 'minute':
      return `${date} ${parts.hour}:${parts.minute} ${parts.timeZoneName}`
    case 'hour':
      return `${date} ${parts.hour} ${parts.timeZoneName}`
    case 'day':
      return date
    case 'week': {
      const day = new Date(`${date}T00:00:00Z`)
      day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7))
      return day.toISOString().slice(0, 10)
    }
    case 'month':
      return date.slice(0, 7)
    case 'year':
      return date.slice(0, 4)
  }
}

export interface ExpectedValues {
  readonly count: number
  readonly values: readonly { readonly value: string; readonly count: number }[]
}

/** The values of a field, most frequent first; an event counts once for each it has. */
export function expectedValues(
  events: readonly Pick<KnownEvent, 'leaves'>[],
  field: string,
  timeText: (micros: number) => string,
): ExpectedValues {
  const counts = new Map<string, number>()
  let count = 0
  for (const { leaves } of events) {
    const values = new Set<string>()
    for (const { path, kind, text, isParameter } of leaves) {
      if (kind === 'null' || !(path === field || path.startsWith(`${field}.`))) continue
      const isTime = isParameter && path === '@time'
      const shown = isTime ? timeText(Number(text)) : text
      values.add(isTime || kind === 'string' ? JSON.stringify(shown) : shown)
    }
    if (values.size > 0) count++
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const values = [...counts].map(([value, each]) => ({ value, count: each }))
  values.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  return { count, values }
}
