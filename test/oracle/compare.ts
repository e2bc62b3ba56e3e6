import { isDeepStrictEqual } from 'node:util'
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
  /** A reader that has nothing in memory. */
  cold: () => Reader,
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

/** What tells two lists of events apart; `undefined`: nothing. */
export function differenceOf(
  found: readonly string[],
  wanted: readonly string[],
): string | undefined {
  if (isDeepStrictEqual(found, wanted)) return undefined
  const missing = wanted.filter(each => !found.includes(each))
  const surplus = found.filter(each => !wanted.includes(each))
  const shown = (all: readonly string[]) => all.slice(0, 2).map(each => each.slice(0, 400))
  return [
    `found ${found.length} events, expected ${wanted.length}`,
    `${missing.length} missing, such as ${shown(missing)}`,
    `${surplus.length} too many, such as ${shown(surplus)}`,
    missing.length + surplus.length === 0 ? 'the order or the number is wrong' : '',
  ].join('; ')
}
