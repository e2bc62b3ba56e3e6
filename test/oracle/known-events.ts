import type { ReferenceLeaf } from '../query/support/reference-filter.ts'
import type { TestEvent } from '../support/make-archive.ts'
import { expectedAnswer } from '../support/oracle.ts'
import { leavesOfJson } from './json-leaves.ts'

/** An event of an archive, with all that a plain reading of it says. */
export interface KnownEvent {
  readonly timeMicros: number
  readonly stream: string
  /** As an answer shows it. */
  readonly id: string
  readonly line: string
  readonly leaves: readonly ReferenceLeaf[]
}

/** What an archive that was given these events holds, oldest first: each event once. */
export function knownEvents(given: readonly TestEvent[]): KnownEvent[] {
  return expectedAnswer(given, { order: 'asc' }).map(({ event, id, line }) => ({
    timeMicros: event.time,
    stream: event.stream,
    id,
    line,
    leaves: leavesOf(event),
  }))
}

function leavesOf({ time, stream, id, rest }: TestEvent): ReferenceLeaf[] {
  const parameter = (path: string, kind: string, text: string): ReferenceLeaf => {
    return { path, kind, text, isParameter: true }
  }
  const own = leavesOfJson(`{${rest ?? ''}}`)
  const named = { path: '@id', kind: 'string', text: id ?? '', isParameter: false }
  return [
    parameter('@time', 'number', String(time)),
    parameter('@stream', 'string', stream),
    ...(id === undefined ? [] : [named]),
    ...own,
  ]
}
