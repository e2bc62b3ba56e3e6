import type { Query } from '../../lib/query/query.ts'
import { Dice } from './dice.ts'
import type { DrawnQuestion } from './draw-question.ts'
import { spellQuery } from './spell-query.ts'

/** A question that fails likewise and says less, found by leaving parts out one by one. */
export async function shrinkQuestion(
  question: DrawnQuestion,
  fails: (smaller: DrawnQuestion) => Promise<boolean>,
): Promise<DrawnQuestion> {
  for (const smaller of smallerQuestions(question)) {
    if (await fails(smaller)) return await shrinkQuestion(smaller, fails)
  }
  return question
}

function* smallerQuestions(question: DrawnQuestion): Generator<DrawnQuestion> {
  for (const name of ['limit', 'stream', 'startMicros', 'endMicros'] as const) {
    const { [name]: left, ...rest } = question
    if (left !== undefined) yield rest
  }
  for (const meant of smallerQueries(question.meant)) {
    const query = spellQuery(meant, new Dice(1))
    if (query !== undefined) yield { ...question, meant, query }
  }
}

function* smallerQueries(query: Query): Generator<Query> {
  if (query.kind === 'not') {
    yield query.part
    for (const part of smallerQueries(query.part)) yield { ...query, part }
  }
  if (query.kind !== 'and' && query.kind !== 'or') return
  yield* query.parts
  for (const [i, part] of query.parts.entries()) {
    if (query.parts.length > 2) yield { ...query, parts: query.parts.toSpliced(i, 1) }
    for (const smaller of smallerQueries(part)) {
      yield { ...query, parts: query.parts.with(i, smaller) }
    }
  }
}
