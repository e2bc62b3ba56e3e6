import { isDeepStrictEqual } from 'node:util'
import type { Reader } from '../../lib/read/reader.ts'
import type { DrawnQuestion } from './draw-question.ts'
import type { KnownEvent } from './known-events.ts'

/** The streams that begin as the question's does. */
export async function compareStreams(
  reader: Reader,
  { stream = '' }: DrawnQuestion,
  _expected: readonly KnownEvent[],
  all: readonly KnownEvent[],
): Promise<string | undefined> {
  const prefix = /^[^*?]*/.exec(stream)![0]
  const answer = await reader.streams({ prefix })
  const wanted = new Map<string, { count: number; firstMicros: number; lastMicros: number }>()
  for (const { stream: name, timeMicros } of all) {
    const known = wanted.get(name)
    if (!name.startsWith(prefix)) continue
    if (known) {
      known.count++
      known.lastMicros = timeMicros
    } else wanted.set(name, { count: 1, firstMicros: timeMicros, lastMicros: timeMicros })
  }
  const sorted = [...wanted]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, counted]) => ({ stream: name, ...counted }))
  if (isDeepStrictEqual(answer.streams, sorted)) return undefined
  const [found, told] = [answer.streams, sorted].map(each => JSON.stringify(each).slice(0, 500))
  return `streams from ${prefix}: found ${found}, expected ${told}`
}

/** The first event of the answer and its neighbours. */
export async function compareContext(
  reader: Reader,
  _question: DrawnQuestion,
  expected: readonly KnownEvent[],
  all: readonly KnownEvent[],
): Promise<string | undefined> {
  const [first] = expected
  if (!first) return undefined
  const { id } = first
  const answer = await reader.context({ id, before: 3, after: 2 })
  const event = all.findLast(each => each.id === id)!
  const ofStream = all.filter(each => each.stream === event.stream)
  const at = ofStream.indexOf(event)
  const wanted = [
    ofStream.slice(Math.max(0, at - 3), at),
    [event],
    ofStream.slice(at + 1, at + 3),
  ].map(each => each.map(({ line }) => line))
  const found = [answer.before, [answer.event], answer.after].map(hits =>
    hits.map(({ line }) => line.toString()),
  )
  if (isDeepStrictEqual(found, wanted)) return undefined
  return `around ${id}: found ${JSON.stringify(found)}, expected ${JSON.stringify(wanted)}`
}
