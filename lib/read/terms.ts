import { ArchiveError } from '../core/errors.ts'
import { compileLeafTest } from '../query/leaf-test.ts'
import { LeafText } from '../query/leaf-text.ts'
import type { Leaf } from '../query/leaf-walk.ts'
import { requireQuery } from '../query/parse-query.ts'
import type { MatchQuery } from '../query/query.ts'
import { Asking, type Library, withSnapshot } from './asking.ts'
import { FieldTally } from './field-tally.ts'
import { checkLimit } from './fields.ts'
import { lookAheadAll } from './look-ahead.ts'
import type { TermsAnswer, TermsQuestion } from './question.ts'
import { scopeOf } from './scope.ts'
import { tallyEvents } from './tally.ts'

const defaultLimit = 10

/** Where a term occurs: the fields, the tokens there, and how many events have each. */
export async function terms(library: Library, question: TermsQuestion): Promise<TermsAnswer> {
  const { term, limit = defaultLimit, ...selection } = question
  checkLimit(limit)
  const isMet = leafTest(requireTerm(term))
  const scope = scopeOf({ ...selection, query: term })
  const asking = new Asking(library, question)
  asking.ahead = lookAheadAll(asking, scope)
  const tally = await withSnapshot(asking, async snapshot => {
    const counted = new FieldTally(library.settings, isMet)
    await tallyEvents(asking, snapshot, scope, {
      add: line => counted.add(line.bytes, line.restStart),
    })
    return counted
  })
  const fields = tally.fields().map(({ field, count, distinct, values }) => ({
    field,
    count,
    distinct,
    tokens: values.slice(0, limit),
  }))
  return {
    count: tally.eventCount,
    fields: fields.sort((a, b) => b.count - a.count || (a.field < b.field ? -1 : 1)),
    ...asking.end(),
  }
}

function leafTest(term: MatchQuery): (leaf: Leaf) => boolean {
  const test = compileLeafTest(term)
  const text = new LeafText()
  return leaf => {
    text.read(leaf)
    return test(text)
  }
}

/** The one condition that the text is. Throws `invalid` for any other query. */
function requireTerm(text: string): MatchQuery {
  const query = requireQuery(text)
  if (query.kind === 'match' && query.field === undefined) return query
  const detail = `${JSON.stringify(text)} is no term`
  const hint =
    query.kind === 'match'
      ? 'a term has no field: leave it out, or put the whole in quotation marks'
      : 'expected one word, "phrase", pattern* or address'
  throw new ArchiveError('invalid', detail, { details: [{ pointer: '/term', detail, hint }] })
}
