import type { Interval } from '../../lib/read/question.ts'

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
