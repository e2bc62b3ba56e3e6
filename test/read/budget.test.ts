import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Budget, Receipt, SearchQuestion } from '../../lib/read/question.ts'
import type { Reader } from '../../lib/read/reader.ts'
import { ArchiveMaker } from '../support/make-archive.ts'
import { archiveShapes, makeArchive } from '../support/random-archive.ts'
import { expectedOf, questions } from '../support/random-question.ts'
import { linesOf, readerOf } from '../support/read-archive.ts'

const budgets: fc.Arbitrary<Budget> = fc.oneof(
  fc.record({ maxRequests: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ maxBytes: fc.integer({ min: 1, max: 6000 }) }),
  fc.record({ maxDollars: fc.integer({ min: 1, max: 40 }).map(each => each * 1e-6) }),
  fc.record({
    maxRequests: fc.integer({ min: 4, max: 12 }),
    maxBytes: fc.integer({ min: 500, max: 6000 }),
  }),
)

test('no answer passes its budget, and those that continue it make it whole', async () => {
  await fc.assert(
    fc.asyncProperty(archiveShapes, questions, budgets, async (shape, question, budget) => {
      const { store } = await makeArchive(shape)
      const settings = { mergeGapBytes: 0, cacheBytes: 0 }

      const lines = await readOn(() => readerOf(store, settings), question, budget)

      const expected = expectedOf(shape, question).map(each => each.line)
      assert.deepEqual(lines, expected)
    }),
    { numRuns: 300 },
  )
})

test('a count within a budget is exact or says that it is too low', async () => {
  await fc.assert(
    fc.asyncProperty(archiveShapes, questions, budgets, async (shape, question, budget) => {
      const { store } = await makeArchive(shape)
      const reader = readerOf(store, { mergeGapBytes: 0 })

      const answer = await reader.count({ ...question, ...budget })

      assertWithin(answer.receipt, budget)
      const expected = expectedOf(shape, question).length
      if (answer.complete) assert.equal(answer.count, expected)
      else assert.ok(answer.count <= expected && answer.stoppedBy !== null)
    }),
    { numRuns: 200 },
  )
})

test('an answer that found nothing for its budget goes on where it came to', async () => {
  const maker = new ArchiveMaker(undefined, 60)
  const event = (time: number) => ({ time, stream: 's', rest: `"n":${time}` })
  await maker.batch([event(1)])
  for (let time = 2; time < 40; time++) await maker.batch([event(time)])
  const question = { query: 'n:1', maxRequests: 12 }
  const reader = readerOf(maker.store, { cacheBytes: 0 })

  const first = reader.search(question)
  const lines = await linesOf(first)

  const { complete, cursor, stoppedBy, receipt } = first.end()
  assert.deepEqual([lines, complete, stoppedBy], [[], false, 'requests'])
  assert.equal(receipt.requests.get + receipt.requests.list, 12)
  const second = reader.search({ ...question, cursor: cursor! })
  await linesOf(second)
  assert.notEqual(second.end().cursor, cursor)
})

test('a budget that is none is refused', async () => {
  const reader = readerOf(new ArchiveMaker().store)
  for (const budget of [{ maxRequests: 0 }, { maxBytes: Number.NaN }, { maxDollars: -1 }]) {
    assert.throws(() => reader.search(budget), { code: 'invalid' })
  }
})

/** Asks until the answer is complete, with twice the budget whenever it leads nowhere. */
async function readOn(
  open: () => Reader,
  question: SearchQuestion,
  given: Budget,
): Promise<string[]> {
  const lines: string[] = []
  let budget = given
  let cursor: string | null = null
  for (;;) {
    const hits = open().search({ ...question, ...budget, ...(cursor !== null && { cursor }) })
    lines.push(...(await linesOf(hits)))
    const end = hits.end()
    assertWithin(end.receipt, budget)
    if (end.complete) return lines
    if (end.cursor === cursor) budget = twice(budget)
    cursor = end.cursor
  }
}

function twice(budget: Budget): Budget {
  return Object.fromEntries(Object.entries(budget).map(([name, limit]) => [name, limit * 2]))
}

function assertWithin({ requests, bytesRead, dollars }: Receipt, budget: Budget): void {
  const { maxRequests = Infinity, maxBytes = Infinity, maxDollars = Infinity } = budget
  assert.ok(requests.get + requests.list <= maxRequests)
  assert.ok(bytesRead <= maxBytes, `${bytesRead} bytes of ${maxBytes}`)
  assert.ok(dollars <= maxDollars)
}

test('a budget of bytes suffices for an archive of several segments of absorbed ids', async () => {
  const maker = new ArchiveMaker()
  const events = [0, 1, 2].map(time => ({ time, stream: 's' }))
  const batches = await Promise.all(events.map(each => maker.batch([each])))
  const run = await maker.run(events)
  const segments = batches.map(batch => maker.segment([batch.identity]))
  await maker.commit({ runs: [run], absorbed: await Promise.all(segments) })

  const hits = readerOf(maker.store).search({ maxBytes: 10_000 })

  assert.equal((await linesOf(hits)).length, 3)
  assert.equal(hits.end().complete, true)
})

test('a budget of bytes suffices for runs of several indexes', async () => {
  const maker = new ArchiveMaker()
  const times = [0, 1, 2]
  const runs = times.map(time => maker.run([{ time, stream: 's', rest: `"word":"w${time} x"` }]))
  await maker.commit({ runs: await Promise.all(runs) })

  const hits = readerOf(maker.store).search({ query: 'w0 x', maxBytes: 20_000 })
  const count = await readerOf(maker.store).count({ query: 'word:x', maxBytes: 20_000 })

  assert.equal((await linesOf(hits)).length, 1)
  assert.equal(hits.end().complete, true)
  assert.deepEqual([count.count, count.complete], [3, true])
})
