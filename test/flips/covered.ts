import type { Damage } from '../../lib/read/question.ts'
import type { Reader } from '../../lib/read/reader.ts'
import { selectionOf } from '../oracle/compare.ts'
import type { DrawnQuestion } from '../oracle/draw-question.ts'
import { expectedEvents } from '../oracle/expected-answers.ts'
import type { KnownEvent } from '../oracle/known-events.ts'

/**
 * Asks for the events of a question whose answer told of damage: what is missing must lie where the
 * damage is said to be, and nothing else may be there. The fault; `undefined`: none.
 */
export async function uncovered(
  reader: Reader,
  events: readonly KnownEvent[],
  question: DrawnQuestion,
): Promise<string | undefined> {
  const hits = reader.search({ ...selectionOf(question), order: question.order })
  const found = new Set<string>()
  for await (const { id, stream, timeMicros } of hits) found.add(`${timeMicros} ${stream} ${id}`)
  const { damage, complete } = hits.end()
  const expected = expectedEvents(events, question)
  const missing = complete ? expected.filter(event => !found.has(placeOf(event))) : []
  const hidden = missing.find(event => !damage.some(each => tellsOf(each, event)))
  if (hidden) return `${hidden.line} is missing and no damage tells of it`
  const known = new Set(events.map(placeOf))
  const strange = [...found].find(place => !known.has(place))
  return strange && damage.length === 0 ? `${strange} was found and is not there` : undefined
}

function placeOf({ timeMicros, stream, id }: KnownEvent): string {
  return `${timeMicros} ${stream} ${id}`
}

function tellsOf(damage: Damage, { timeMicros, stream }: KnownEvent): boolean {
  const isThen = timeMicros >= damage.startMicros && timeMicros < damage.endMicros
  return isThen && (damage.streams.length === 0 || damage.streams.includes(stream))
}
