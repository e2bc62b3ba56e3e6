import { daysIn, parseTime, timeMicrosMax } from './time.ts'

/** The forms of a time in one line, for error messages and help texts. */
export const timeForms =
  'RFC 3339 of 1970 to 2255 (2026-11-20T10:00:00Z, 2026-11-20), a number of s, ms, µs or ns ' +
  'since 1970, or relative to now (-15m, now-7d/d, now; units ms s m h d w M y; /unit rounds ' +
  'down, in UTC)'

/**
 * A point in time as people type it, see `timeForms`. A relative one may go forth and back in
 * several steps, left to right (`now/d-1h`); one that leaves 1970 to 2255 is cut there.
 * `undefined`: no time.
 */
export function parseTimeOrRelative(text: string, nowMicros: number): number | undefined {
  const relative = /^(?:now(?=[-+/]|$)|(?=[-+]\d))((?:[-+]\d{1,9}[a-zA-Z]{1,2}|\/[a-zA-Z])*)$/.exec(
    text,
  )
  if (!relative) return parseTime(text)
  let micros = nowMicros
  for (const [step, sign, count, unit, rounding] of relative[1]!.matchAll(
    /([-+])(\d+)([a-zA-Z]+)|\/([a-zA-Z])/g,
  )) {
    const moved = step.startsWith('/')
      ? startOf(micros, rounding!)
      : move(micros, Number(sign + count!), unit!)
    if (moved === undefined) return undefined
    micros = Math.min(Math.max(moved, 0), timeMicrosMax)
  }
  return micros
}

const unitMicros: Readonly<Record<string, number>> = {
  ms: 1e3,
  s: 1e6,
  m: 60e6,
  h: 3600e6,
  d: 86_400e6,
  w: 7 * 86_400e6,
}

function move(micros: number, count: number, unit: string): number | undefined {
  if (unit === 'M') return moveMonths(micros, count)
  if (unit === 'y') return moveMonths(micros, count * 12)
  const width = unitMicros[unit]
  return width === undefined ? undefined : micros + count * width
}

/** The same day some months away, or the last one of a shorter month. */
function moveMonths(micros: number, count: number): number {
  const date = new Date(Math.floor(micros / 1000))
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth() + count
  const year = Math.floor(months / 12)
  if (year < 1970) return 0
  if (year > 2255) return timeMicrosMax
  const month = months - year * 12
  const day = Math.min(date.getUTCDate(), daysIn(year, month + 1))
  return Date.UTC(year, month, day) * 1000 + (micros % 86_400e6)
}

/** Weeks begin on Monday. */
function startOf(micros: number, unit: string): number | undefined {
  const date = new Date(Math.floor(micros / 1000))
  if (unit === 'y') return Date.UTC(date.getUTCFullYear(), 0) * 1000
  if (unit === 'M') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth()) * 1000
  const width = unitMicros[unit]
  if (width === undefined) return undefined
  // 1970-01-01 was a Thursday: Mondays are 4 days off the multiples of a week.
  const offset = unit === 'w' ? 4 * 86_400e6 : 0
  return Math.floor((micros - offset) / width) * width + offset
}
