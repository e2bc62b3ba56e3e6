import type { Query } from '../query/query.ts'
import { queryTerms } from './query-terms.ts'
import { isOfField } from './summary-bounds.ts'

/** Whether summaries may rule out frames by a part of the query that terms know nothing of. */
export function isBeyondTerms(query: Query): boolean {
  switch (query.kind) {
    case 'all':
      return false
    case 'match':
      return isOfField(query) && queryTerms(query).kind === 'all'
    case 'not':
      return asksFields(query.part)
    default:
      return query.parts.some(isBeyondTerms)
  }
}

function asksFields(query: Query): boolean {
  if (query.kind === 'match') return isOfField(query)
  if (query.kind === 'not') return asksFields(query.part)
  return query.kind !== 'all' && query.parts.some(asksFields)
}
