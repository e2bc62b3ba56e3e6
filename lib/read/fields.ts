import { ArchiveError } from '../core/errors.ts'
import { Asking, type Library, withSnapshot } from './asking.ts'
import { FieldTally } from './field-tally.ts'
import type { FieldsAnswer, FieldsQuestion } from './question.ts'
import { scopeOf } from './scope.ts'
import { tallyEvents } from './tally.ts'

const defaultLimit = 3

/** The fields of the events of a selection, by name. */
export async function fields(
  library: Library,
  question: FieldsQuestion = {},
): Promise<FieldsAnswer> {
  const { limit = defaultLimit } = question
  checkLimit(limit)
  const scope = scopeOf(question)
  const asking = new Asking(library, question)
  const tally = await withSnapshot(asking, async snapshot => {
    const counted = new FieldTally(library.settings)
    await tallyEvents(asking, snapshot, scope, {
      add: line => counted.add(line.bytes, line.restStart),
    })
    return counted
  })
  const found = tally.fields().map(({ values: _, ...field }) => ({
    ...field,
    examples: field.examples.slice(0, limit),
  }))
  return {
    fields: found.sort((a, b) => (a.field < b.field ? -1 : 1)),
    count: tally.eventCount,
    ...asking.end(),
  }
}

/** Throws `invalid` for what is no number of values. */
export function checkLimit(limit: number): void {
  if (Number.isInteger(limit) && limit > 0) return
  const detail = `limit is ${limit}, expected a whole number above 0`
  throw new ArchiveError('invalid', detail, { details: [{ pointer: '/limit', detail }] })
}
