import { ArchiveError } from '../core/errors.ts'

const dayMicros = 86_400e6

/** A day of UTC, in which a zone's offset changes at most once. */
interface Day {
  readonly before: number
  readonly after: number
  /** When it changes; Infinity: not on this day. */
  readonly changeMicros: number
}

/** Offsets of one IANA zone: local time = time + offset, all in microseconds. */
export class TimeZone {
  readonly #format: Intl.DateTimeFormat
  readonly #days = new Map<number, Day>()

  /** Throws `invalid` for a name that is no zone. */
  constructor(name: string) {
    try {
      this.#format = new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      })
    } catch (cause) {
      const detail = `${JSON.stringify(name)} is no time zone, expected a name like Europe/Berlin`
      throw new ArchiveError('invalid', detail, {
        cause,
        details: [{ pointer: '/timeZone', detail }],
      })
    }
  }

  offsetMicros(micros: number): number {
    const day = this.#day(Math.floor(micros / dayMicros))
    return micros < day.changeMicros ? day.before : day.after
  }

  /** The last change of the offset in (`startMicros`, `endMicros`], if there is one. */
  changeBetween(startMicros: number, endMicros: number): number | undefined {
    const firstDay = Math.floor(startMicros / dayMicros)
    for (let number = Math.floor(endMicros / dayMicros); number >= firstDay; number--) {
      const { changeMicros } = this.#day(number)
      if (changeMicros > startMicros && changeMicros <= endMicros) return changeMicros
    }
    return undefined
  }

  /** The first moment at which local clocks show this time or, where they skip it, a later one. */
  timeAt(localMicros: number): number {
    const before = localMicros - this.offsetMicros(localMicros - dayMicros)
    const after = localMicros - this.offsetMicros(localMicros + dayMicros)
    const earlier = Math.min(before, after)
    const later = Math.max(before, after)
    if (earlier + this.offsetMicros(earlier) === localMicros) return earlier
    if (later + this.offsetMicros(later) === localMicros) return later
    return this.changeBetween(earlier, later) ?? later
  }

  #day(number: number): Day {
    let day = this.#days.get(number)
    if (!day) {
      day = this.#lookUpDay(number * dayMicros)
      this.#days.set(number, day)
    }
    return day
  }

  #lookUpDay(startMicros: number): Day {
    const before = this.#lookUp(startMicros)
    const after = this.#lookUp(startMicros + dayMicros - 1e6)
    if (before === after) return { before, after, changeMicros: Infinity }
    // Changes happen at whole seconds.
    let low = 0
    let high = dayMicros / 1e6 - 1
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.#lookUp(startMicros + middle * 1e6) === before) low = middle
      else high = middle
    }
    return { before, after, changeMicros: startMicros + high * 1e6 }
  }

  #lookUp(micros: number): number {
    const seconds = Math.floor(micros / 1e6)
    const parts: Record<string, number> = {}
    for (const { type, value } of this.#format.formatToParts(seconds * 1000)) {
      parts[type] = Number(value)
    }
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
    return Date.UTC(year, month - 1, day, hour, minute, second) * 1000 - seconds * 1e6
  }
}
