import type { Hit } from '../../read/question.ts'
import type { Paint } from './paint.ts'
import { cutTo, plainText } from './plain-text.ts'
import type { ShowTime } from './zoned-time.ts'

const messageFields = ['message', 'msg', 'log', 'text']
const levelFields = ['level', 'severity', 'log.level']
const streamWidthMax = 32
const linesMax = 4

/** How a terminal wants its events. */
export interface EventLineOptions {
  readonly showTime: ShowTime
  readonly paint: Paint
  /** Characters in a line of the terminal. An event gets at most four of them. */
  readonly columns: number
}

/**
 * Writes events as `time stream level message key=value…`, one line each; values that the message
 * shows already are left out. The stream's column grows with the names seen, because the later ones
 * are not known yet.
 */
export function eventLines(options: EventLineOptions): (hit: Hit) => string {
  const { showTime, paint, columns } = options
  let streamWidth = 0
  return hit => {
    const stream = cutTo(hit.stream, streamWidthMax)
    streamWidth = Math.max(streamWidth, stream.length)
    const time = showTime(hit.timeMicros)
    const head = time.length + 1 + streamWidth + 1
    const text = cutTo(plainText(eventText(hit)), Math.max(40, columns * linesMax - head))
    const level = levelOf(text)
    return `${paint('dim', time)} ${paint('cyan', stream.padEnd(streamWidth))} ${
      level ? paint(level.style, text.slice(0, level.length)) + text.slice(level.length) : text
    }\n`
  }
}

function eventText(hit: Hit): string {
  const event = JSON.parse(hit.line.toString()) as Record<string, unknown>
  const shown = new Set(['@time', '@stream', '@id'])
  const parts: string[] = []
  for (const fields of [levelFields, messageFields]) {
    const field = fields.find(name => typeof event[name] === 'string')
    if (field === undefined) continue
    shown.add(field)
    parts.push(event[field] as string)
  }
  const text = parts.join(' ')
  for (const [name, value] of Object.entries(event)) {
    if (!shown.has(name) && !tells(text, value)) parts.push(`${name}=${showValue(value)}`)
  }
  return parts.join(' ')
}

/** Whether the text holds the value between characters that cannot belong to it. */
function tells(text: string, value: unknown): boolean {
  const part = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  if (part === '') return false
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    const around = (text[at - 1] ?? ' ') + (text[at + part.length] ?? ' ')
    if (!/[\p{L}\p{N}_]/u.test(around)) return true
  }
  return false
}

function showValue(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  return value === '' || /[\s"=]/.test(value) ? JSON.stringify(value) : value
}

const levelStyles = {
  red: /^(error|err|fatal|critical|crit|alert|emergency|emerg)$/i,
  yellow: /^(warning|warn)$/i,
} as const

function levelOf(text: string): { style: 'red' | 'yellow'; length: number } | undefined {
  const word = /^[A-Za-z]+(?= |$)/.exec(text)?.[0]
  if (!word) return undefined
  if (levelStyles.red.test(word)) return { style: 'red', length: word.length }
  if (levelStyles.yellow.test(word)) return { style: 'yellow', length: word.length }
  return undefined
}
