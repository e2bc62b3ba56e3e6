import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FrameTerms } from '../../lib/index/frame-terms.ts'
import { queryTerms } from '../../lib/index/query-terms.ts'
import { meetsCondition } from '../../lib/index/term-condition.ts'
import { compileFilter } from '../../lib/query/event-filter.ts'
import { requireQuery } from '../../lib/query/parse-query.ts'
import { events } from '../query/support/events.ts'
import { queryTexts } from '../query/support/query-texts.ts'
import { hardEvents, hardQueryTexts } from './support/hard-cases.ts'

const frame = new FrameTerms()

for (const [kind, texts, lines, numRuns] of [
  ['every shape', queryTexts, events.map(event => event.line), 6000],
  ['hard spellings', hardQueryTexts, hardEvents, 6000],
] as const) {
  test(`an event of ${kind} that meets a query has the terms that the query needs`, () => {
    const seen = { found: 0, foundByTerms: 0, ruledOut: 0 }
    fc.assert(
      fc.property(texts, fc.array(lines, { maxLength: 8 }), (text, all) => {
        const query = requireQuery(text)
        const condition = queryTerms(query)
        const filter = compileFilter(query)
        for (const line of all) {
          const bytes = Buffer.from(line)
          const terms = frame.read(bytes)
          const isCandidate = meetsCondition(condition, term => terms.has(term))
          const isFound = filter.matches(bytes, 0, bytes.length)
          assert.ok(isCandidate || !isFound, `${text} misses ${line}`)
          if (isFound) seen.found++
          if (isFound && condition.kind !== 'all') seen.foundByTerms++
          if (!isCandidate) seen.ruledOut++
        }
      }),
      { numRuns },
    )
    const { found, foundByTerms, ruledOut } = seen
    assert.ok(found > 1000 && foundByTerms > 200 && ruledOut > 1000, JSON.stringify(seen))
  })
}
