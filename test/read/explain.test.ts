import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AnswerEnd, CostBound, ExplainQuestion } from '../../lib/read/question.ts'
import type { Reader } from '../../lib/read/reader.ts'
import { ArchiveMaker } from '../support/make-archive.ts'
import { archiveShapes, makeArchive } from '../support/random-archive.ts'
import { questions } from '../support/random-question.ts'
import { linesOf, readerOf } from '../support/read-archive.ts'

const kinds = fc.constantFrom<ExplainQuestion['question']>('search', 'count', 'histogram', 'values')
const limits = fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined })

test('no answer costs more than its explanation said, with memory empty or full', async () => {
  const settings = fc.constantFrom({ mergeGapBytes: 0 }, { readConcurrency: 2 }, {})
  await fc.assert(
    fc.asyncProperty(archiveShapes, questions, kinds, limits, settings, async (...given) => {
      const [shape, selection, question, limit, changes] = given
      const { store } = await makeArchive(shape)
      const asked = { ...selection, question, ...(limit !== undefined && { limit }) }
      const warm = readerOf(store, changes)

      const { bound } = await warm.explain(asked)

      assertWithin(await endOf(readerOf(store, changes), asked), bound)
      assertWithin(await endOf(warm, asked), bound)
    }),
    { numRuns: 400 },
  )
})

test('an explanation opens no bucket and says what the index leaves over', async () => {
  const maker = new ArchiveMaker(undefined, 60)
  const events = Array.from({ length: 20 }, (_, n) => ({
    time: n,
    stream: 's',
    rest: `"a":"${n % 10 ? 'x' : 'ten'}","b":"${n % 3 ? 'y' : 'three'}","n":${n}`,
  }))
  await maker.commit({ runs: [await maker.run(events)] })
  const reader = readerOf(maker.store)

  const explained = await reader.explain({ question: 'search', query: 'ten three n:/1./' })

  const { objects, frames, parts, receipt } = explained
  assert.deepEqual([objects.fresh, objects.sealed, objects.events], [0, 1, 20])
  assert.deepEqual(frames, { all: 20, candidates: 1 })
  assert.deepEqual(
    parts.map(part => [part.query, part.frames, part.isIndexed]),
    [
      ['ten', 2, true],
      ['three', 7, true],
      ['n:/1./', 20, false],
    ],
  )
  // The listing, the catalog, the index.
  assert.deepEqual([receipt.requests.list, receipt.requests.get], [1, 2])
})

test('a question of which the index knows nothing is told what would help', async () => {
  const reader = readerOf(new ArchiveMaker().store)

  const { hints } = await reader.explain({ question: 'search', query: '*part*' })
  const better = await reader.explain({
    question: 'count',
    query: 'word',
    stream: 's',
    startMicros: 1,
  })

  assert.equal(hints.length, 4)
  assert.deepEqual(better.hints, [])
})

test('only a question that can be planned is explained', async () => {
  const reader = readerOf(new ArchiveMaker().store)
  await assert.rejects(reader.explain({ question: 'streams' as 'search' }), { code: 'invalid' })
})

async function endOf(reader: Reader, asked: ExplainQuestion): Promise<AnswerEnd> {
  const { question, limit, ...selection } = asked
  if (question === 'count') return reader.count(selection)
  if (question === 'histogram') return reader.histogram({ ...selection, interval: 'hour' })
  if (question === 'values') return reader.values({ ...selection, field: 'n' })
  const hits = reader.search({ ...selection, ...(limit !== undefined && { limit }) })
  await linesOf(hits)
  return hits.end()
}

function assertWithin({ receipt }: AnswerEnd, bound: CostBound): void {
  const { requests, rounds, bytesRead, dollars } = receipt
  const told = JSON.stringify({ receipt, bound })
  assert.ok(requests.get <= bound.requests.get && requests.list <= bound.requests.list, told)
  assert.ok(rounds <= bound.rounds, told)
  assert.ok(bytesRead <= bound.bytesRead, told)
  assert.ok(dollars <= bound.dollars, told)
}
