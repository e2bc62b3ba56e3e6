import { type LeadingTime, parseLeadingTime } from '../../core/log-time.ts'
import type { Content, Format, FormatContext, Found } from '../format.ts'
import { cutOff, rejectedLine } from '../line-format.ts'
import { isBlank, type Line, LineSplitter, sampleLines } from '../lines.ts'
import { decodeText, type Fields, rawEvent, textEvent } from '../text-event.ts'

/**
 * Logs whose events begin with a timestamp and may go on over further lines: log4j, logback,
 * Python, Java's garbage collector. A line without a timestamp belongs to the event before it, so
 * that a stack trace stays one event; lines before the first timestamp are one event without a
 * time of their own.
 */
export const log4j: Format = {
  name: 'log4j',
  summary: 'lines that begin with a timestamp; others (stack traces) belong to the event before',
  timeFields: ['@time'],
  idFields: ['@id'],
  score: scoreOf,
  events: eventsOf,
}

/** Few lines need a timestamp, but one of the first ten must have one. */
function scoreOf(sample: Buffer): number {
  const begins = sampleLines(sample).map(line => leadingTime(line) !== undefined)
  if (!begins.slice(0, 10).includes(true)) return 0
  const share = begins.filter(Boolean).length / begins.length
  return 0.6 + 0.3 * share
}

function leadingTime(line: Buffer): LeadingTime | undefined {
  return parseLeadingTime(line.toString('latin1', 0, 48))
}

async function* eventsOf(content: Content, context: FormatContext): AsyncGenerator<Found[]> {
  const splitter = new LineSplitter(context.eventBytesMax)
  const event = new MultiLineEvent(context.eventBytesMax)
  for await (const chunk of content.chunks) {
    yield splitter.push(chunk).flatMap(line => event.add(line))
  }
  const last = splitter.end()
  const found = last && !content.damaged() ? event.add(last) : []
  found.push(...event.finish())
  if (last && content.damaged()) found.push(cutOff(last.number))
  yield found
}

/** Collects the lines of one event. */
class MultiLineEvent {
  readonly #eventBytesMax: number
  #lines: Line[] = []
  #sizeBytes = 0
  #time: LeadingTime | undefined
  #continues = false

  constructor(eventBytesMax: number) {
    this.#eventBytesMax = eventBytesMax
  }

  /** What this line completes. */
  add(line: Line): Found[] {
    if (line.tooLongBytes !== undefined) {
      const rejected = rejectedLine(line.number, line.tooLongBytes, this.#eventBytesMax)
      return [...this.finish(), rejected]
    }
    const time = leadingTime(line.bytes)
    // Escaping may make an event longer than its lines are: half the limit leaves room.
    const full = this.#sizeBytes + line.bytes.length > this.#eventBytesMax / 2
    const found = time || full ? this.finish() : []
    if (time || full) this.#continues = time === undefined
    if (time) this.#time = time
    this.#lines.push(line)
    this.#sizeBytes += line.bytes.length + 1
    return found
  }

  finish(): Found[] {
    const lines = this.#lines
    const time = this.#time
    this.#lines = []
    this.#sizeBytes = 0
    this.#time = undefined
    const first = lines[0]
    if (!first || lines.every(line => isBlank(line.bytes))) return []
    const parts = lines.flatMap(line => [line.bytes, newline]).slice(0, -1)
    const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts)
    if (this.#continues) return [rawEvent(bytes, first.number, 'continues the event before')]
    const decoded = decodeText(bytes)
    const fields = time ? fieldsOf(decoded.text, time.length) : {}
    return [textEvent(decoded, first.number, { timeMicros: time?.micros, fields })]
  }
}

const newline = Buffer.from('\n')

const levels = 'TRACE|DEBUG|FINE|INFO|NOTICE|WARNING|WARN|ERROR|SEVERE|FATAL|CRITICAL'
const threadName = String.raw`\[([^\]\n]{1,200})\]`
const beginning = new RegExp(
  `^[:, -]*(?:${threadName} +)?` +
    String.raw`(?:(${levels})\b|\[(${levels}|${levels.toLowerCase()})\])` +
    String.raw`(?: +${threadName}(?= ))?(?: +(?:- )?([\w$]+(?:[.$][\w$]+)+) +- )?`,
)
const loggerAtEnd = / \(([\w$]+(?:[.$][\w$]+)*)\)$/

/**
 * Level, thread (in brackets beside the level) and logger (`logger - …`, or last in parentheses).
 */
function fieldsOf(text: string, timeLength: number): Fields {
  const [firstLine = ''] = text.split('\n', 1)
  const parts = beginning.exec(firstLine.slice(timeLength, timeLength + 600))
  const logger =
    parts?.[5] ??
    loggerAtEnd.exec(firstLine.slice(-300))?.[1] ??
    loggerAtEnd.exec(text.slice(-300))?.[1]
  const [, before, plain, bracketed, after] = parts ?? []
  return {
    level: (plain ?? bracketed)?.toUpperCase(),
    thread: before ?? after,
    logger: parts ? logger : undefined,
  }
}
