import { createHash } from 'node:crypto'
import { encodeBytes, encodeNumber } from '../../lib/core/base32.ts'
import { formatTime } from '../../lib/core/time.ts'
import { lineOf, type TestEvent } from './make-archive.ts'

/** An event of an answer, worked out in the plainest way. */
export interface Expected {
  readonly event: TestEvent
  readonly id: string
  readonly line: string
}

export interface OracleQuestion {
  readonly stream?: string
  readonly startMicros?: number
  readonly endMicros?: number
  readonly matches?: (event: Record<string, unknown>) => boolean
  readonly order?: 'asc' | 'desc'
}

/** The answer over these events, each batch given once: joined, filtered, sorted, numbered. */
export function expectedAnswer(events: readonly TestEvent[], question: OracleQuestion): Expected[] {
  const { stream, startMicros = 0, endMicros = Infinity, matches = () => true, order } = question
  const found = unique(events)
    .filter(event => stream === undefined || event.stream === stream)
    .filter(event => event.time >= startMicros && event.time < endMicros)
    .filter(event => matches(JSON.parse(lineOf(event))))
    .map(event => ({ event, hash: hashOf(event) }))
    .sort(
      (a, b) =>
        compare(a.event.time, b.event.time) ||
        compare(a.event.stream, b.event.stream) ||
        compare(a.hash, b.hash),
    )
  const seen = new Map<string, number>()
  const answer = found.map(({ event, hash }) => {
    const place = `${event.time} ${event.stream} ${hash}`
    const ordinal = seen.get(place) ?? 0
    seen.set(place, ordinal + 1)
    const derived = `${encodeNumber(event.time, 11)}${hash}${ordinal ? `-${ordinal}` : ''}`
    const id = event.id ?? derived
    const rest = event.rest ? `,${event.rest}` : ''
    const head = `{"@time":"${formatTime(event.time)}","@stream":"${event.stream}"`
    const line = `${head},"@id":${JSON.stringify(id)}${rest}}`
    return { event, id, line }
  })
  return order === 'asc' ? answer : answer.reverse()
}

/** Without the second and later lines of one event. */
function unique(events: readonly TestEvent[]): TestEvent[] {
  const first = new Map<string, TestEvent>()
  const plain: TestEvent[] = []
  for (const event of events) {
    if (event.id === undefined) plain.push(event)
    else {
      const name = JSON.stringify([event.stream, event.time, event.id])
      const other = first.get(name)
      if (!other || Buffer.from(lineOf(event)).compare(Buffer.from(lineOf(other))) < 0) {
        first.set(name, event)
      }
    }
  }
  return [...plain, ...first.values()]
}

function hashOf(event: TestEvent): string {
  const { stream } = event
  const head = `{"@time":${event.time},"@stream":"${stream}"`
  const identifying =
    event.id === undefined ? lineOf(event).slice(head.length) : JSON.stringify(event.id)
  return encodeBytes(
    createHash('sha256').update(`${stream}\0${identifying}`).digest().subarray(0, 8),
  )
}

function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}
