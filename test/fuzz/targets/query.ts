import fc from 'fast-check'
import { isBeyondTerms } from '../../../lib/index/beyond-terms.ts'
import { countableTerm, queryTerms } from '../../../lib/index/query-terms.ts'
import { QueryBounds } from '../../../lib/index/summary-bounds.ts'
import { compileFilter } from '../../../lib/query/event-filter.ts'
import { parseQuery, requireQuery } from '../../../lib/query/parse-query.ts'
import { printQuery } from '../../../lib/query/print-query.ts'
import { queryTexts } from '../../query/support/query-texts.ts'
import { mutateText } from '../mutate/mutate-text.ts'
import { sampleLines } from '../samples.ts'
import { attempted, insist, type Target } from '../target.ts'

const tokens = [
  ...[' ', '(', ')', '"', '\\', '/', '*', '?', ':', ',', '-', '!', '&&', '||', ' AND ', ' OR '],
  ...[' NOT ', '[', ']', '{', '}', ' TO ', '..', '>=', '<', '_exists_:', '@time:', '@stream:'],
  ...['a', 'f:', 'f:/', '(a|b)*', '[^a-z]', '{2,3}', '\\d', '^', '$', '10.0.0.0/8', '::1/64'],
]

/** Query texts: of the grammar, and torn, joined and interspersed. */
export const target: Target = {
  prepare: () => {
    const texts = fc.sample(queryTexts, { numRuns: 500, seed: 1 })
    const lines = sampleLines(6).map(line => Buffer.from(line))
    return dice => {
      const text = mutateText(dice.pick(texts), dice, tokens).repeat(dice.chance(0.01) ? 50 : 1)
      const { query, problems } = parseQuery(text)
      for (const { span } of problems) {
        const [start, end] = span!
        insist(0 <= start && start <= end && end <= text.length, () => `span ${start} to ${end}`)
      }
      return attempted(['invalid'], () => {
        requireQuery(text)
        insist(problems.length === 0, () => 'a query with problems was taken')
        const printed = printQuery(query)
        insist(
          printQuery(requireQuery(printed, { queryLengthMax: 1e5, queryDepthMax: 64 })) === printed,
          () => `${text} is printed as ${printed}`,
        )
        const filter = compileFilter(query)
        const again = compileFilter(
          requireQuery(printed, { queryLengthMax: 1e5, queryDepthMax: 64 }),
        )
        const line = dice.pick(lines)
        const isMatch = filter.matches(line, 0, line.length)
        insist(isMatch === again.matches(line, 0, line.length), () => `${text} is not ${printed}`)
        void [queryTerms(query), countableTerm(query), isBeyondTerms(query), new QueryBounds(query)]
      })
    }
  },
}
