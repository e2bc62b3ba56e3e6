/**
 * Times are microseconds since 1970-01-01T00:00:00Z, whole numbers from 0 to 2^53 (the year 2255).
 */

export const timeMicrosMax = Number.MAX_SAFE_INTEGER

const digit = (text: string, at: number): number => {
  const value = text.charCodeAt(at) - 48
  return value >= 0 && value <= 9 ? value : Number.NaN
}
const two = (text: string, at: number): number => digit(text, at) * 10 + digit(text, at + 1)

const secondsOf400Years = 146_097 * 86_400

/** `parseInstant`, but `undefined` also when the time lies outside 1970 to 2255. */
export function parseRfc3339(text: string): number | undefined {
  const instant = parseInstant(text)
  return typeof instant === 'number' ? inRange(instant) : undefined
}

/**
 * RFC 3339 with 0 to 9 decimals (nanoseconds are cut), `T`, `t` or a space, then `Z`, or behind a
 * space or none `UTC`, `GMT` or an offset, or nothing (UTC); also a date alone. Microseconds since
 * 1970 of a year from 0 to 9999, exactly: as a bigint where a double cannot tell them apart; `<`
 * compares both. `undefined`: no such time.
 */
export function parseInstant(text: string): number | bigint | undefined {
  if (text.length < 10 || text[4] !== '-' || text[7] !== '-') return undefined
  const year = two(text, 0) * 100 + two(text, 2)
  const month = two(text, 5)
  const day = two(text, 8)
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1)) return undefined
  if (day > daysIn(year, month)) return undefined
  // Date.UTC takes a year below 100 for one of the twentieth century.
  const seconds = Date.UTC(year + 400, month - 1, day) / 1000 - secondsOf400Years
  if (text.length === 10) return exactMicros(seconds, 0)
  const separator = text[10]
  if (separator !== 'T' && separator !== 't' && separator !== ' ') return undefined
  const hour = two(text, 11)
  const minute = two(text, 14)
  if (text[13] !== ':' || !(hour <= 23 && minute <= 59)) return undefined
  let at = 16
  let second = 0
  let micros = 0
  if (text[at] === ':') {
    second = two(text, 17)
    at = 19
    if (!(second <= 60)) return undefined
    if (text[at] === '.' || text[at] === ',') {
      const fraction = /^\d{1,9}/.exec(text.slice(at + 1, at + 10))?.[0]
      if (!fraction) return undefined
      micros = Number(fraction.slice(0, 6).padEnd(6, '0'))
      at += 1 + fraction.length
    }
  }
  const offset = parseOffset(text.slice(at))
  if (offset === undefined) return undefined
  return exactMicros(seconds + (hour * 60 + minute - offset) * 60 + second, micros)
}

function exactMicros(seconds: number, micros: number): number | bigint {
  const sum = seconds * 1e6 + micros
  if (sum >= -timeMicrosMax && sum <= timeMicrosMax) return sum
  return BigInt(seconds) * 1_000_000n + BigInt(micros)
}

/**
 * The most common spelling where it lies in bytes, without a string: `2026-03-01T12:00:00Z`, with
 * or without decimals. `undefined` for any other, which `parseRfc3339` may know.
 */
export function readUtcTime(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end - start < 20 || bytes[start + 10] !== 0x54 || bytes[end - 1] !== 0x5a) return undefined
  const year = pair(bytes, start) * 100 + pair(bytes, start + 2)
  const month = separated(bytes, start + 4, 0x2d)
  const day = separated(bytes, start + 7, 0x2d)
  const hour = pair(bytes, start + 11)
  const minute = separated(bytes, start + 13, 0x3a)
  const second = separated(bytes, start + 16, 0x3a)
  const micros = end - start === 20 ? 0 : readMicros(bytes, start + 19, end - 1)
  const isTime = year >= 1970 && month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59
  // Not of a number compares false: a byte that is no digit ends here too.
  if (!(isTime && day <= daysIn(year, month) && second <= 60 && micros >= 0)) return undefined
  const days = daysBefore(year, month) + day
  return inRange((((days * 24 + hour) * 60 + minute) * 60 + second) * 1e6 + micros)
}

function pair(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 48
  const ones = bytes[at + 1]! - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

function separated(bytes: Uint8Array, at: number, separator: number): number {
  return bytes[at] === separator ? pair(bytes, at + 1) : Number.NaN
}

function readMicros(bytes: Uint8Array, start: number, end: number): number {
  const digits = end - start - 1
  if (bytes[start] !== 0x2e || digits < 1 || digits > 9) return Number.NaN
  let micros = 0
  for (let i = 1; i <= Math.max(6, digits); i++) {
    const value = i <= digits ? bytes[start + i]! - 48 : 0
    if (!(value >= 0 && value <= 9)) return Number.NaN
    if (i <= 6) micros = micros * 10 + value
  }
  return micros
}

/** Days from 1970-01-01 to the day before this month. */
function daysBefore(year: number, month: number): number {
  const past = year - 1
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400) - 477
  let days = (year - 1970) * 365 + leapDays - 1
  for (let each = 1; each < month; each++) days += daysIn(year, each)
  return days
}

function inRange(micros: number): number | undefined {
  return micros >= 0 && micros <= timeMicrosMax ? micros : undefined
}

export function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Minutes east of UTC of `Z`, `UTC`, `GMT`, `+02:00`, `+0200`, `+02` or nothing. */
function parseOffset(text: string): number | undefined {
  if (/^(?:[Zz]| ?UTC| ?GMT)?$/.test(text)) return 0
  const parts = /^ ?([+-])(\d\d)(?::?([0-5]\d))?$/.exec(text)
  if (!parts) return undefined
  const minutes = Number(parts[2]) * 60 + Number(parts[3] ?? 0)
  return minutes >= 24 * 60 ? undefined : parts[1] === '-' ? -minutes : minutes
}

/**
 * A number of seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by
 * magnitude: below 1e11 seconds, below 1e14 milliseconds, below 1e17 microseconds, else
 * nanoseconds.
 */
export function epochToMicros(epoch: number): number | undefined {
  if (!(epoch >= 0) || epoch >= 1e19) return undefined
  // A double holds a second's microseconds only nearly: the nearest whole one is what was meant.
  if (epoch < 1e14) return inRange(Math.round(epoch < 1e11 ? epoch * 1e6 : epoch * 1e3))
  return inRange(Math.floor(epoch < 1e17 ? epoch : epoch / 1e3))
}

/** RFC 3339 text or a number (also as text) of seconds to nanoseconds. */
export function parseTime(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return epochTextToMicros(text)
  return parseRfc3339(text)
}

/**
 * As `epochToMicros`, without the rounding of a double: `1738108815.217753` keeps all its digits.
 */
export function epochTextToMicros(text: string): number | undefined {
  const [whole = '', fraction = ''] = text.split('.')
  const scale = whole.length <= 11 ? 6 : whole.length <= 14 ? 3 : whole.length <= 17 ? 0 : -3
  if (whole.length > 19) return undefined
  if (scale < 0) return inRange(Number(whole.slice(0, scale)))
  return inRange(Number(whole + fraction.slice(0, scale).padEnd(scale, '0')))
}

/** The day formatted last, as `2026-03-01T`: the next time is mostly of the same. */
let lastDay = -1
let lastText = ''
const twoDigits = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'))

/** RFC 3339 in UTC with six decimals: always 27 characters, sorts as the times do. */
export function formatTime(micros: number): string {
  const seconds = Math.floor(micros / 1e6)
  const day = Math.floor(seconds / 86400)
  if (day !== lastDay) {
    lastText = new Date(day * 86400e3).toISOString().slice(0, 11)
    lastDay = day
  }
  const second = seconds - day * 86400
  const hourText = twoDigits[Math.floor(second / 3600)]
  const minuteText = twoDigits[Math.floor(second / 60) % 60]
  const decimals = String(micros - seconds * 1e6).padStart(6, '0')
  return `${lastText}${hourText}:${minuteText}:${twoDigits[second % 60]}.${decimals}Z`
}
