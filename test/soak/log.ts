import { existsSync, readFileSync } from 'node:fs'

/** One line of a writer's log: a batch it is about to send, or one that was acknowledged. */
export interface Entry {
  readonly what: 'sent' | 'acked'
  readonly key: string
  /** Numbers of its events: [first, first + eventsPerBatch). */
  readonly first: number
}

export const eventsPerBatch = 7

export function readLog(file: string): Entry[] {
  return existsSync(file) ? parseLog(readFileSync(file, 'utf8')) : []
}

export function parseLog(text: string): Entry[] {
  return wholeLines(text).map(line => JSON.parse(line) as Entry)
}

/** Lines of JSON; a process that was killed may leave half a line. */
export function wholeLines(text: string): string[] {
  const lines = text.split('\n').slice(0, -1)
  return lines.filter(line => line.endsWith('}'))
}

/** The time of an event; no other of its writer has the same. */
export function eventMicros(number: number): number {
  return 1_700_000_000_000_000 + number * 977_000_000
}

/** Names of the events of a batch. */
export function eventNames(writer: string, entry: Entry): string[] {
  return Array.from({ length: eventsPerBatch }, (_, i) => `${writer}-${entry.first + i}`)
}

/** Names of all acknowledged events of a log. */
export function ackedNames(writer: string, entries: readonly Entry[]): string[] {
  return entries.filter(each => each.what === 'acked').flatMap(each => eventNames(writer, each))
}
