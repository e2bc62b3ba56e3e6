import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultSettings } from '../../lib/core/settings.ts'
import { ArchiveMaker, type TestEvent } from '../support/make-archive.ts'
import { archiveShapes, makeArchive } from '../support/random-archive.ts'
import { expectedOf, questions, readerSettings } from '../support/random-question.ts'
import { linesOf, readerOf } from '../support/read-archive.ts'

test('a search answers as if all lines were read, joined and sorted', async () => {
  await fc.assert(
    fc.asyncProperty(archiveShapes, questions, async (shape, question) => {
      const hits = readerOf((await makeArchive(shape)).store).search(question)

      const found = (await Array.fromAsync(hits)).map(hit => [hit.id, hit.line.toString()])

      const expected = expectedOf(shape, question).map(each => [each.id, each.line])
      assert.deepEqual(found, expected)
      assert.equal(hits.end().complete, true)
      assert.equal(hits.end().cursor, null)
    }),
    { numRuns: 300 },
  )
})

test('pages of any size, read with their cursors, are the whole answer', async () => {
  const limits = fc.integer({ min: 1, max: 7 })
  const sizes = fc.constantFrom(200, 1000, defaultSettings.answerBytesMax)
  const inputs = [archiveShapes, questions, limits, sizes, readerSettings] as const
  await fc.assert(
    fc.asyncProperty(...inputs, async (shape, question, limit, answerBytesMax, settings) => {
      const reader = readerOf((await makeArchive(shape)).store, { ...settings, answerBytesMax })

      const found: string[] = []
      let cursor: string | null = null
      do {
        const hits = reader.search({ ...question, limit, ...(cursor && { cursor }) })
        const page = await linesOf(hits)
        assert.ok(page.length <= limit)
        const [, ...others] = page.toReversed()
        assert.ok(others.join('').length < answerBytesMax)
        found.push(...page)
        const end = hits.end()
        assert.equal(end.complete, end.cursor === null)
        cursor = end.cursor
      } while (cursor !== null)

      const expected = expectedOf(shape, question).map(each => each.line)
      assert.deepEqual(found, expected)
    }),
    { numRuns: 200 },
  )
})

test('a reader with hardly any memory or cache gives the same answer in more passes', async () => {
  await fc.assert(
    fc.asyncProperty(
      archiveShapes,
      questions,
      readerSettings,
      async (shape, question, settings) => {
        const { store } = await makeArchive(shape)

        const found = await linesOf(readerOf(store, settings).search(question))

        const expected = expectedOf(shape, question).map(each => each.line)
        assert.deepEqual(found, expected)
      },
    ),
    { numRuns: 200 },
  )
})

test('an answer that stops early continues at its cursor after later appends', async () => {
  const maker = new ArchiveMaker()
  await maker.batch(events(1, 20))
  const reader = readerOf(maker.store)
  const first = reader.search({ order: 'desc' })
  const seen: number[] = []
  for await (const hit of first) {
    seen.push(hit.timeMicros)
    if (seen.length === 5) break
  }

  await maker.batch(events(21, 25))
  const cursor = first.end().cursor!
  const rest = await Array.fromAsync(reader.search({ order: 'desc', cursor }))

  assert.equal(first.end().complete, false)
  const times = [...seen, ...rest.map(hit => hit.timeMicros)]
  assert.deepEqual(
    times,
    Array.from({ length: 20 }, (_, i) => 20 - i),
  )
})

test('the first line of an event decides, although only a later copy of it matches', async () => {
  const maker = new ArchiveMaker()
  await maker.batch([{ time: 5, stream: 's', id: 'x', rest: '"level":"error"' }])
  await maker.batch([{ time: 5, stream: 's', id: 'x', rest: '"level":"debug"' }])

  const errors = await linesOf(readerOf(maker.store).search({ query: 'error' }))
  const debugs = await linesOf(readerOf(maker.store).search({ query: 'debug' }))

  assert.deepEqual([errors.length, debugs.length], [0, 1])
})

test('equal lines without an id are as many events as were acknowledged', async () => {
  const maker = new ArchiveMaker()
  const line = { time: 5, stream: 's', rest: '"n":1' }
  await maker.batch([line, line])
  await maker.batch([line])

  const hits = await Array.fromAsync(readerOf(maker.store).search({}))

  assert.equal(hits.length, 3)
  assert.equal(new Set(hits.map(hit => hit.id)).size, 3)
})

test('a limit reached at the very end leaves nothing to ask for', async () => {
  const maker = new ArchiveMaker()
  await maker.batch(events(1, 3))
  const hits = readerOf(maker.store).search({ limit: 3 })

  const found = await linesOf(hits)

  assert.equal(found.length, 3)
  assert.equal(hits.end().complete, true)
})

test('questions that cannot be meant are refused before anything is read', () => {
  const { search } = readerOf(new ArchiveMaker().store)
  const { cursor } = search({ cursor: undefined as never }).end()
  const other = Buffer.from('{"v":1,"time":1,"stream":"s","hash":"0","ordinal":0,"question":"x"}')
  assert.equal(cursor, null)
  for (const [question, expected] of [
    [{ limit: 0 }, /limit is 0/],
    [{ limit: 1.5 }, /limit is 1.5/],
    [{ order: 'up' as never }, /order is "up"/],
    [{ startMicros: 5, endMicros: 5 }, /ends at 5/],
    [{ startMicros: Number.NaN }, /NaN is no time/],
    [{ stream: '../x' }, /stream name/],
    [{ query: '(' }, /./],
    [{ cursor: 'garbage' }, /this is no cursor/],
    [{ cursor: 'bnVsbA' }, /this is no cursor/],
    [{ cursor: other.toString('base64url') }, /belongs to another question/],
  ] as const) {
    assert.throws(() => search(question), { code: 'invalid', message: expected })
  }
})

function events(first: number, last: number): TestEvent[] {
  return Array.from({ length: last - first + 1 }, (_, i) => ({
    time: first + i,
    stream: 's',
    rest: `"n":${i}`,
  }))
}
