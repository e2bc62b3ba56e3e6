import type { Timers } from './timers.ts'

/** Members in which the archive finds an event's time by itself. */
const timeMembers = ['@time', '@timestamp', 'timestamp', 'time', 'ts']

/**
 * Writes events as lines and gives those without a time the present one, once, so that a retry is
 * the same bytes. Times it gives rise strictly, by a microsecond at least: the order of sending
 * stays.
 */
export class TimeStamp {
  readonly #timers: Timers
  #lastMicros = 0

  constructor(timers: Timers) {
    this.#timers = timers
  }

  /** The event as one line of JSON. Throws `TypeError` for what is no JSON object. */
  lineOf(event: object): string {
    const line = JSON.stringify(event)
    if (!line?.startsWith('{')) throw new TypeError(`an event is an object, not ${line}`)
    if (timeMembers.some(name => Object.hasOwn(event, name))) return line
    const members = line === '{}' ? '}' : `,${line.slice(1)}`
    return `{"@time":"${this.#next()}"${members}`
  }

  #next(): string {
    this.#lastMicros = Math.max(this.#timers.nowMillis() * 1000, this.#lastMicros + 1)
    const millis = Math.floor(this.#lastMicros / 1000)
    const micros = String(this.#lastMicros % 1000).padStart(3, '0')
    return new Date(millis).toISOString().replace('Z', `${micros}Z`)
  }
}
