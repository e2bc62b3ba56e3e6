import { type Command, InvalidArgumentError, Option } from 'commander'
import { systemClock } from '../core/clock.ts'
import { ArchiveError } from '../core/errors.ts'
import { parseTimeOrRelative, timeForms } from '../core/relative-time.ts'
import { formatTime } from '../core/time.ts'
import type { Interval, Order, Selection } from '../read/question.ts'
import { asTimeZone } from './render/zoned-time.ts'
import type { Session } from './session.ts'

/** Options that several commands share; each is defined here and nowhere else. */

/** Range and budget. */
export interface RangeOptions {
  readonly from?: number
  readonly to?: number
  readonly maxRequests?: number
  readonly maxBytes?: number
  readonly maxCost?: number
}

export interface SelectionOptions extends RangeOptions {
  readonly stream?: string
  readonly explain?: boolean
}

export interface PageOptions {
  readonly limit?: number
  readonly order: Order
  readonly cursor?: string
  readonly tz?: string
}

/** Options before or after every command. */
export function addGlobalOptions(program: Command): Command {
  return program
    .addOption(
      new Option('--store <url>', 'the archive: file:DIR or s3://BUCKET/PREFIX')
        .env('VARVE_STORE')
        .default('file:varve-data'),
    )
    .option('--json', 'NDJSON, also on a terminal; errors as JSON')
    .option('--quiet', 'no receipts, hints and progress on standard error')
}

/** A span of time. */
export function addSpan(command: Command): Command {
  const now = systemClock.nowMicros()
  const asTimeFromNow = (text: string): number => timeOf(text, now)
  return command
    .option('--from <time>', 'first time: RFC 3339, epoch, or relative such as -1h', asTimeFromNow)
    .option('--to <time>', 'the time before which it ends', asTimeFromNow)
}

export function addRange(command: Command): Command {
  return addSpan(command)
    .option('--max-requests <count>', 'end before more requests are made', asCount)
    .option('--max-bytes <count>', 'end before more bytes are read', asCount)
    .option('--max-cost <dollars>', 'end before the requests cost more', asDollars)
}

export function addSelection(command: Command): Command {
  return addRange(command).option('--stream <glob>', 'only these streams: web/*, user/**')
}

export function addPage(command: Command): Command {
  const order = new Option('--order <order>', 'newest or oldest first').choices(['asc', 'desc'])
  return command
    .option('--limit <count>', 'most events shown (default: 100 on a terminal, else all)', asCount)
    .addOption(order.default('desc'))
    .option('--cursor <cursor>', 'go on where an earlier answer ended')
}

const minuteMicros = 60e6
const dayMicros = 24 * 60 * minuteMicros

/** Usual widths. */
export const intervalMicros: Readonly<Record<Interval, number>> = {
  minute: minuteMicros,
  hour: 60 * minuteMicros,
  day: dayMicros,
  week: 7 * dayMicros,
  month: 30 * dayMicros,
  year: 365 * dayMicros,
}

export function addInterval(command: Command): Command {
  const interval = new Option('--interval <interval>', 'width of an interval')
  return command.addOption(interval.choices(Object.keys(intervalMicros)).default('hour'))
}

export function addExplain(command: Command): Command {
  return command.option('--explain', 'plan only: what it would read and cost at most')
}

export function addTimeZone(command: Command): Command {
  return command.option('--tz <zone>', 'time zone, such as Europe/Berlin', asTimeZone, 'UTC')
}

/** What the words and options of a command select. Throws `invalid` when the range
 * ends before it begins. */
export function selectionOf(
  session: Session,
  words: readonly string[],
  options: SelectionOptions,
): Selection {
  const query = words.join(' ')
  session.query = query
  const { from, to, stream, maxRequests, maxBytes, maxCost } = options
  if (from !== undefined && to !== undefined && from > to) {
    const range = `--from ${formatTime(from)} is later than --to ${formatTime(to)}`
    throw new ArchiveError('invalid', range)
  }
  return {
    signal: session.signal,
    ...(query !== '' && { query }),
    ...(stream !== undefined && { stream }),
    ...(from !== undefined && { startMicros: from }),
    ...(to !== undefined && { endMicros: to }),
    ...(maxRequests !== undefined && { maxRequests }),
    ...(maxBytes !== undefined && { maxBytes }),
    ...(maxCost !== undefined && { maxDollars: maxCost }),
  }
}

function asDollars(text: string): number {
  const dollars = Number(text.replace(/^\$/, ''))
  if (!(dollars > 0)) throw new InvalidArgumentError('Expected dollars above 0, such as 0.001.')
  return dollars
}

/** A whole number above 0. */
export function asCount(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Expected a number above 0.')
  return Number(text)
}

/** A time, absolute or from now. */
export function asTime(text: string): number {
  return timeOf(text, systemClock.nowMicros())
}

function timeOf(text: string, nowMicros: number): number {
  const micros = parseTimeOrRelative(text, nowMicros)
  if (micros === undefined) throw new InvalidArgumentError(`Expected ${timeForms}.`)
  return micros
}
