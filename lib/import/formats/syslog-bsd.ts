import { parseBsdTime, timeInYear, type YearlessTime } from '../../core/log-time.ts'
import { parseRfc3339 } from '../../core/time.ts'
import type { FormatContext } from '../format.ts'
import type { ParseLine } from '../line-format.ts'
import { numberOrText } from '../text-event.ts'
import { priorityFields } from './syslog-priority.ts'

/**
 * BSD syslog (RFC 3164): `<PRI>Jan 26 00:00:05 host app[pid]: message`. `<PRI>` may be absent, as
 * in files, and the time may be RFC 3339 with a zone, as rsyslog writes it. BSD times have no
 * year.
 */
const head = /^(?:<(\d{1,3})>)?(?:([A-Z][a-z]{2} [ \d]?\d [\d:.]{8,18})|(\d{4}-\S{15,30})) (\S+) /
const tag = /^([^\s:[\]]{1,128})(?:\[([^\]\s]{1,64})\])?:/
/** A line such as `2024-05-01T10:00:00Z INFO main: …` is a program's own log, not syslog. */
const level = /^(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|SEVERE|CRITICAL)$/i

export function looksLikeBsdSyslog(text: string): boolean {
  const parts = head.exec(text)
  if (!parts || level.test(parts[4]!)) return false
  if (parts[2]) return parseBsdTime(parts[2]) !== undefined
  return parseRfc3339(parts[3]!) !== undefined && tag.test(text.slice(parts[0].length))
}

export function bsdSyslogParser(context: FormatContext): ParseLine {
  const timeOf = context.year === undefined ? latestYear(context) : countedYear(context.year)
  return text => {
    const parts = head.exec(text)
    if (!parts) return undefined
    const yearless = parts[2] ? parseBsdTime(parts[2]) : undefined
    const timeMicros = yearless ? timeOf(yearless) : parseRfc3339(parts[3] ?? '')
    if (timeMicros === undefined) return undefined
    const [, app, pid] = tag.exec(text.slice(parts[0].length)) ?? []
    const host = parts[4]
    const priority = parts[1] ? priorityFields(parts[1]) : {}
    return { timeMicros, fields: { host, app, pid: pid && numberOrText(pid), ...priority } }
  }
}

const dayMicros = 24 * 3600 * 1e6

/** Without a year: the latest one that does not put the time more than a day after the import. */
function latestYear({ importMicros, onYearFound }: FormatContext) {
  let lastFound = 0
  const thisYear = new Date((importMicros + dayMicros) / 1000).getUTCFullYear()
  return (time: YearlessTime): number | undefined => {
    // Eight years back there was a 29 February, whatever the century did.
    for (let year = thisYear; year >= thisYear - 8; year--) {
      const micros = timeInYear(time, year)
      if (micros === undefined || micros > importMicros + dayMicros) continue
      if (year !== lastFound) onYearFound?.(year)
      lastFound = year
      return micros
    }
    return undefined
  }
}

/**
 * With the year of the first line: the next year begins where January follows December. A
 * straggler of December between the first lines of January belongs to the year before.
 */
function countedYear(firstYear: number) {
  let year = firstYear
  let month = 0
  return (time: YearlessTime): number | undefined => {
    if (month === 12 && time.month === 1) year++
    else if (month === 1 && time.month === 12 && year > firstYear) year--
    month = time.month
    return timeInYear(time, year)
  }
}
