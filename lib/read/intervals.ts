import { ArchiveError } from '../core/errors.ts'
import type { Interval } from './question.ts'
import { TimeZone } from './time-zone.ts'

/** Half-open, in microseconds. */
export interface TimeInterval {
  readonly startMicros: number
  readonly endMicros: number
}

const minuteMicros = 60e6
const hourMicros = 60 * minuteMicros
const dayMicros = 24 * hourMicros
const intervals: readonly string[] = ['minute', 'hour', 'day', 'week', 'month', 'year']

/** The calendar intervals of one kind in one time zone; weeks begin on Monday. */
export class Intervals {
  readonly #interval: Interval
  readonly #zone: TimeZone
  #last: TimeInterval = { startMicros: 0, endMicros: 0 }

  /** Throws `invalid` for an interval or a zone that is none. */
  constructor(interval: Interval, timeZone: string) {
    if (!intervals.includes(interval)) {
      const detail = `interval is ${JSON.stringify(interval)}, expected ${intervals.join(', ')}`
      throw new ArchiveError('invalid', detail, { details: [{ pointer: '/interval', detail }] })
    }
    this.#interval = interval
    this.#zone = new TimeZone(timeZone)
  }

  /** The interval that this time lies in. */
  at(micros: number): TimeInterval {
    if (micros < this.#last.startMicros || micros >= this.#last.endMicros) {
      this.#last = this.#find(micros)
    }
    return this.#last
  }

  #find(micros: number): TimeInterval {
    if (this.#interval === 'minute') return this.#ofClock(micros, minuteMicros)
    if (this.#interval === 'hour') return this.#ofClock(micros, hourMicros)
    return this.#ofCalendar(micros)
  }

  /** Hours of local clocks; where these are set forward or back, another hour begins. */
  #ofClock(micros: number, sizeMicros: number): TimeInterval {
    const local = micros + this.#zone.offsetMicros(micros)
    const start = micros - (local % sizeMicros)
    const end = start + sizeMicros
    const startChange = this.#zone.changeBetween(start, micros)
    const endChange = this.#zone.changeBetween(micros, end - 1)
    return { startMicros: startChange ?? start, endMicros: endChange ?? end }
  }

  #ofCalendar(micros: number): TimeInterval {
    const local = micros + this.#zone.offsetMicros(micros)
    const day = Math.floor(local / dayMicros)
    const date = new Date(day * 86_400_000)
    const year = date.getUTCFullYear()
    const month = date.getUTCMonth()
    const [start, end] =
      this.#interval === 'day'
        ? [day, day + 1]
        : this.#interval === 'week'
          ? weekOf(day)
          : this.#interval === 'month'
            ? [dayOf(year, month), dayOf(year, month + 1)]
            : [dayOf(year, 0), dayOf(year + 1, 0)]
    return {
      startMicros: this.#zone.timeAt(start * dayMicros),
      endMicros: this.#zone.timeAt(end * dayMicros),
    }
  }
}

/** Days since 1970-01-01, a Thursday. */
function weekOf(day: number): [number, number] {
  const monday = day - ((((day + 3) % 7) + 7) % 7)
  return [monday, monday + 7]
}

function dayOf(year: number, month: number): number {
  return Date.UTC(year, month, 1) / 86_400_000
}
