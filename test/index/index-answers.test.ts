import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { countableTerm, queryTerms } from '../../lib/index/query-terms.ts'
import { candidateFrames, type TermWanted } from '../../lib/index/term-condition.ts'
import { isOnlyBelow, maskOfPath, type TermHit } from '../../lib/index/term-index.ts'
import type { TermSection } from '../../lib/index/term-index-builder.ts'
import { compileFilter } from '../../lib/query/event-filter.ts'
import { requireQuery } from '../../lib/query/parse-query.ts'
import { events } from '../query/support/events.ts'
import { queryTexts } from '../query/support/query-texts.ts'
import { hardEvents, hardQueryTexts } from './support/hard-cases.ts'
import { indexOfLines, lookUp } from './support/make-index.ts'

const lines = fc.array(
  fc.oneof(
    events.map(event => event.line),
    hardEvents,
  ),
  { maxLength: 8 },
)

function hitOf(index: TermSection, { term, field }: TermWanted): TermHit {
  const mask = field === undefined ? -1 : maskOfPath(index.shape, field)
  return lookUp(index, term, { fieldMask: mask })
}

function matching(query: ReturnType<typeof requireQuery>, all: readonly string[]): number[] {
  const filter = compileFilter(query)
  return all.flatMap((line, frame) => {
    const bytes = Buffer.from(line)
    return filter.matches(bytes, 0, bytes.length) ? [frame] : []
  })
}

test('the frames that an index leaves over by terms and fields hold all matching events', () => {
  const seen = { found: 0, ruledOut: 0 }
  fc.assert(
    fc.property(fc.oneof(queryTexts, hardQueryTexts), lines, fc.boolean(), (text, all, isFinal) => {
      const query = requireQuery(text)
      const index = indexOfLines(all, isFinal)
      const frames = candidateFrames(queryTerms(query), all.length, wanted => [
        ...hitOf(index, wanted).frames,
      ])
      for (const frame of matching(query, all)) {
        assert.ok(frames.has(frame), `${text} misses ${all[frame]}`)
        seen.found++
      }
      seen.ruledOut += all.length - frames.size
    }),
    { numRuns: 3000 },
  )
  assert.ok(seen.found > 500 && seen.ruledOut > 500, JSON.stringify(seen))
})

const countableWords = ['foo', 'É', 'beef', '12ab', 'K', 'σ', 'user', 'a_b', '2e2', '4c4c', 'e5']
const countableTexts = fc
  .tuple(fc.constantFrom('', '', 'a:', 'n:', 'foo:', '@id:'), fc.constantFrom(...countableWords))
  .map(([field, word]) => field + word)

test('a countable term has as many events as the query finds', () => {
  let counted = 0
  fc.assert(
    fc.property(
      fc.oneof({ weight: 8, arbitrary: countableTexts }, queryTexts),
      lines,
      (text, all) => {
        const query = requireQuery(text)
        const wanted = countableTerm(query)
        if (!wanted) return
        const index = indexOfLines(all, false)
        const hit = hitOf(index, wanted)
        const { field } = wanted
        if (field !== undefined && !isOnlyBelow(index.shape, field, hit.fieldMask)) return
        const found = matching(query, all)
        assert.deepEqual([...hit.frames], found, `${text} of ${all.join('\n')}`)
        assert.equal(hit.eventCount, found.length)
        if (found.length > 0) counted++
      },
    ),
    { numRuns: 4000 },
  )
  assert.ok(counted > 50, `${counted}`)
})

test('numbers, patterns, phrases and groups of UUIDs are not countable', () => {
  for (const text of ['404', '2e2', 'a*', '"a b"', '4b5a', '10.1.2.3', 'a OR b', '@stream:a']) {
    assert.equal(countableTerm(requireQuery(text)), undefined, text)
  }
  for (const text of ['error', 'É', 'level:error', '"error"', 'user3', 'e5']) {
    assert.ok(countableTerm(requireQuery(text)), text)
  }
})
