import type { Selection } from '../../lib/read/question.ts'
import type { Reader } from '../../lib/read/reader.ts'
import type { DrawnQuestion } from './draw-question.ts'
import type { KnownEvent } from './known-events.ts'

/** What is wrong with an answer; `undefined`: it is exact. */
export type Compare = (
  reader: Reader,
  question: DrawnQuestion,
  expected: readonly KnownEvent[],
  all: readonly KnownEvent[],
) => Promise<string | undefined>

export function selectionOf(question: DrawnQuestion): Selection {
  const { query, stream, startMicros, endMicros } = question
  return {
    query,
    ...(stream !== undefined && { stream }),
    ...(startMicros !== undefined && { startMicros }),
    ...(endMicros !== undefined && { endMicros }),
  }
}
