import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A query, and the pipeline of stock tools that finds the same events in the raw file ($1). */
export interface Question {
  readonly query: string
  readonly stock: string
  readonly from?: string
  readonly to?: string
}

/** One file of real events and what stock tools say about it. */
export interface Log {
  readonly file: string
  readonly options?: readonly string[]
  /** Number of events, as published or counted by hand. */
  readonly eventCount: number
  /** Streams of its events. */
  readonly stream: string
  readonly format: string
  /** Whether an event is a piece of text, shown in `message`, or a JSON object. */
  readonly kind: 'text' | 'json'
  /** Unpacks the file ($1) to one raw event after another, its bytes untouched. */
  readonly unpack: string
  /** What ends a raw event; a stack trace holds line feeds. */
  readonly separator: '\n' | '\0'
  readonly questions: readonly Question[]
  /** Prints the day (2025-01-26) of each event that matches. */
  readonly days: Question
  /** Prints the value that each event has in the field. */
  readonly values: Question & { readonly field: string }
}

const folders = ['../../../shared/data/', '../../examples/data/']

/** Where the log's file is: beside the repository, or shipped with it. */
export function placeOf(log: Log): string | undefined {
  return folders
    .map(folder => fileURLToPath(new URL(folder + log.file, import.meta.url)))
    .find(path => existsSync(path))
}

/** Says that there is no such file here. */
export function absence(log: Log): string {
  return `NOT TESTED: ${basename(log.file)} lies neither beside the repository nor in examples/data`
}

/**
 * jq's words for what a query says of all values of an event: `word("a")` for a whole word,
 * `part("a")` for a part of one. Their arguments are regular expressions.
 */
export const jqWords =
  'def texts: .. | select(type | IN("string", "number", "boolean")) | tostring;' +
  'def word(w): any(texts; test("(?<!\\\\w)" + w + "(?!\\\\w)"; "i"));' +
  'def part(p): any(texts; test(p; "i"));'

/** The pipeline that selects JSON events. */
export function select(condition: string): string {
  return `jq -c '${jqWords} select(${condition})' "$1"`
}
