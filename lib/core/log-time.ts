import { daysIn, parseRfc3339 } from './time.ts'

/** Times as log files spell them. A time without a zone is taken as UTC. */

const months = 'JanFebMarAprMayJunJulAugSepOctNovDec'

/** One to twelve of an English three-letter abbreviation, else undefined. */
function monthNumber(name: string): number | undefined {
  const at = months.indexOf(name)
  return at >= 0 && at % 3 === 0 && name.length === 3 ? at / 3 + 1 : undefined
}

/** The time read last: many lines of a busy log have the same. */
let lastText = ''
let lastMicros: number | undefined

/** Apache and nginx: `17/May/2015:10:05:03 +0000`, in microseconds. */
export function parseAccessTime(text: string): number | undefined {
  if (text !== lastText) {
    lastMicros = readAccessTime(text)
    lastText = text
  }
  return lastMicros
}

function readAccessTime(text: string): number | undefined {
  if (text.length !== 26 || text[2] !== '/' || text[6] !== '/' || text[11] !== ':') return undefined
  const month = monthNumber(text.slice(3, 6))
  if (!month || text[20] !== ' ') return undefined
  const date = `${text.slice(7, 11)}-${twoDigits(month)}-${text.slice(0, 2)}`
  return parseRfc3339(`${date}T${text.slice(12, 20)}${text.slice(21)}`)
}

/** A time that lacks its year: a month from 1 to 12, and where its text ends. */
export interface YearlessTime {
  readonly month: number
  readonly day: number
  /** `hh:mm:ss` with decimals if there are some. */
  readonly clock: string
  readonly length: number
}

const bsdTime = /^([A-Z][a-z]{2}) ([ \d]\d|\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?)/

/**
 * RFC 3164: `Jan 26 00:00:05`, `Jan  6 00:00:05`, also with decimals, at the beginning of the
 * text.
 */
export function parseBsdTime(text: string): YearlessTime | undefined {
  const parts = bsdTime.exec(text)
  const month = parts && monthNumber(parts[1]!)
  if (!month) return undefined
  return { month, day: Number(parts[2]), clock: parts[3]!, length: parts[0].length }
}

/** Microseconds of this time in this year; undefined when that year has no such day. */
export function timeInYear(time: YearlessTime, year: number): number | undefined {
  if (time.day < 1 || time.day > daysIn(year, time.month)) return undefined
  return parseRfc3339(`${year}-${twoDigits(time.month)}-${twoDigits(time.day)}T${time.clock}`)
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}

/** A time at the beginning of a line, and the position after it and its brackets. */
export interface LeadingTime {
  readonly micros: number
  readonly length: number
}

const leadingTime = new RegExp(
  String.raw`^(\[?)(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d:\d\d:\d\d)` +
    String.raw`(?:[.,](\d{1,9}))?(?: ?(Z|[+-]\d\d:?\d\d))?(\]?)`,
)

/**
 * The time a log4j-style line begins with: `2016-12-19 16:32:01,609`, with `/` for `-`, `T` for the
 * space, `.` for `,`, with or without decimals, a zone and square brackets.
 */
export function parseLeadingTime(text: string): LeadingTime | undefined {
  const parts = leadingTime.exec(text)
  if (!parts || (parts[1] === '[') !== (parts[8] === ']')) return undefined
  const [whole, , year, month, day, clock, decimals, zone = ''] = parts
  const fraction = decimals ? `.${decimals}` : ''
  const micros = parseRfc3339(`${year}-${month}-${day}T${clock}${fraction}${zone}`)
  return micros === undefined ? undefined : { micros, length: whole.length }
}
