import { InvalidArgumentError } from 'commander'
import { formatTime } from '../../core/time.ts'

/** A time as `--from` takes it back: RFC 3339, with micros only if it has any. */
export type ShowTime = (micros: number) => string

/** Times in UTC, or in a zone by its IANA name. */
export function timesIn(timeZone = 'UTC'): ShowTime {
  if (timeZone === 'UTC') return showUtc
  const offset = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  return micros => {
    const name = offset.formatToParts(new Date(micros / 1000)).find(isZoneName)?.value ?? 'GMT'
    const [, sign = '+', hours = '00', minutes = '00'] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? []
    const east = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1)
    const local = micros + east * 60e6
    if (local < 0) return showUtc(micros)
    return `${showUtc(local).slice(0, -1)}${sign}${hours}:${minutes}`
  }
}

/** The name itself; throws for one that is no time zone. */
export function asTimeZone(name: string): string {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
  } catch {
    throw new InvalidArgumentError('Expected an IANA name such as UTC or Europe/Berlin.')
  }
  return name
}

function showUtc(micros: number): string {
  const text = formatTime(micros)
  return text.endsWith('000Z') ? `${text.slice(0, -4)}Z` : text
}

function isZoneName(part: Intl.DateTimeFormatPart): boolean {
  return part.type === 'timeZoneName'
}
