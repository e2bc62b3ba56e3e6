import { isDeepStrictEqual } from 'node:util'
import { formatTime } from '../../lib/core/time.ts'
import type { AnswerEnd, Damage } from '../../lib/read/question.ts'
import type { Reader } from '../../lib/read/reader.ts'
import { type Compare, differenceOf, selectionOf } from './compare.ts'
import { compareBudgeted } from './compare-budgeted.ts'
import { compareExplained } from './compare-explained.ts'
import { compareFields, compareTerms, compareValues } from './compare-fields.ts'
import { compareHours } from './compare-hours.ts'
import { compareContext, compareStreams } from './compare-streams.ts'
import type { DrawnQuestion } from './draw-question.ts'
import { expectedEvents, expectedHistogram } from './expected-answers.ts'
import { keepingEnds } from './keeping-ends.ts'
import type { KnownEvent } from './known-events.ts'
import { labelledBy } from './label-interval.ts'

/** Pages are turned this often at most: the rest of a long answer is not read. */
const pagesMax = 5

const compare = {
  search: compareSearch,
  count: compareCount,
  histogram: compareHistogram,
  values: compareValues,
  fields: compareFields,
  terms: compareTerms,
  streams: compareStreams,
  context: compareContext,
  hours: compareHours,
  budgeted: compareBudgeted,
  explained: compareExplained,
} as const satisfies Record<string, Compare>

/** The ways in which a question can be asked. */
export type Asking = keyof typeof compare
export const askings = Object.keys(compare) as readonly Asking[]

/** How a question was answered. */
export interface Verdict {
  /** What is wrong with the answer; `undefined`: it is exact. */
  readonly fault: string | undefined
  /** Why there is no answer. */
  readonly thrown: unknown
  readonly warnings: readonly string[]
  readonly damage: readonly Damage[]
}

export interface Readers {
  readonly reader: Reader
  /** One that has nothing in memory. */
  readonly cold: () => Reader
}

/** Asks the question and compares the answer with what a look at every event says. */
export async function judge(
  { reader, cold }: Readers,
  events: readonly KnownEvent[],
  question: DrawnQuestion,
  asking: Asking,
): Promise<Verdict> {
  const expected = expectedEvents(events, question)
  const ends: AnswerEnd[] = []
  const kept = keepingEnds(reader, ends)
  let [fault, thrown]: [string | undefined, unknown] = [undefined, undefined]
  try {
    fault = await compare[asking](kept, question, expected, events, cold)
  } catch (error) {
    thrown = error
  }
  return {
    fault,
    thrown,
    warnings: ends.flatMap(end => end.warnings.map(({ detail }) => detail)),
    damage: ends.flatMap(end => end.damage),
  }
}

async function compareSearch(
  reader: Reader,
  question: DrawnQuestion,
  ascending: readonly KnownEvent[],
): Promise<string | undefined> {
  const { order, limit } = question
  const expected = order === 'asc' ? ascending : ascending.toReversed()
  const found: string[] = []
  let cursor: string | null = null
  for (let page = 0; page < pagesMax; page++) {
    const hits = reader.search({
      ...selectionOf(question),
      order,
      ...(limit !== undefined && { limit }),
      ...(cursor !== null && { cursor }),
    })
    for await (const hit of hits) found.push(`${hit.id} ${hit.line}`)
    const end = hits.end()
    if (limit !== undefined && found.length > limit * (page + 1)) return 'a page is too long'
    cursor = end.cursor
    if ((cursor === null) !== end.complete) return `cursor ${cursor}, complete ${end.complete}`
    if (cursor === null) break
  }
  const wanted = expected
    .slice(0, cursor === null ? undefined : found.length)
    .map(({ id, line }) => `${id} ${line}`)
  return differenceOf(found, wanted)
}

async function compareCount(
  reader: Reader,
  question: DrawnQuestion,
  expected: readonly KnownEvent[],
): Promise<string | undefined> {
  const answer = await reader.count(selectionOf(question))
  if (answer.count !== expected.length) return `counted ${answer.count}, not ${expected.length}`
  return undefined
}

async function compareHistogram(
  reader: Reader,
  question: DrawnQuestion,
  expected: readonly KnownEvent[],
): Promise<string | undefined> {
  const { interval, timeZone } = question
  const labelOf = labelledBy(interval, timeZone)
  const answer = await reader.histogram({ ...selectionOf(question), interval, timeZone })
  const wanted = expectedHistogram(expected, labelOf)
  const found = new Map(answer.intervals.map(each => [labelOf(each.startMicros), each.count]))
  const starts = answer.intervals.map(each => each.startMicros)
  if (found.size !== starts.length) return `intervals overlap: ${starts.map(formatTime)}`
  const late = starts.find(start => start > 0 && labelOf(start) === labelOf(start - 1))
  if (late !== undefined) return `an interval begins before ${formatTime(late)}`
  if (answer.count !== expected.length) return `counted ${answer.count}, not ${expected.length}`
  if (!isDeepStrictEqual(found, wanted)) return `found ${shown(found)}, expected ${shown(wanted)}`
  return undefined
}

function shown(counts: ReadonlyMap<string, number>): string {
  return JSON.stringify([...counts]).slice(0, 500)
}
