import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ArchiveMaker } from '../support/make-archive.ts'
import type { Expected } from '../support/oracle.ts'
import { archiveShapes, makeArchive } from '../support/random-archive.ts'
import { expectedOf, questions, readerSettings } from '../support/random-question.ts'
import { readerOf } from '../support/read-archive.ts'

test('counts, histograms, values and streams agree with the events a search finds', async () => {
  await fc.assert(
    fc.asyncProperty(
      archiveShapes,
      questions,
      readerSettings,
      async (shape, question, settings) => {
        const maker = await makeArchive(shape)
        const reader = readerOf(maker.store, settings)
        const { order: _, ...selection } = question
        const expected = expectedOf(shape, question)

        const { count } = await reader.count(selection)
        const histogram = await reader.histogram({ ...selection, interval: 'minute' })
        const byStream = await reader.values({ ...selection, field: '@stream' })
        const byNumber = await reader.values({ ...selection, field: 'n' })
        const { streams } = await reader.streams()

        assert.equal(count, expected.length)
        assert.equal(histogram.count, expected.length)
        assert.deepEqual(
          tableOf(byStream.values),
          tally(expected, each => each.event.stream),
        )
        assert.equal(byStream.count, expected.length)
        const numbered = expected.filter(each => 'n' in JSON.parse(each.line))
        assert.deepEqual(
          tableOf(byNumber.values),
          tally(numbered, each => JSON.parse(each.line).n),
        )
        assert.equal(byNumber.count, numbered.length)
        assert.equal(byNumber.distinct, byNumber.values.length)
        const all = expectedOf(shape, {})
        assert.deepEqual(
          Object.fromEntries(streams.map(each => [JSON.stringify(each.stream), each.count])),
          tally(all, each => each.event.stream),
        )
        for (const each of streams) {
          const times = all.filter(({ event }) => event.stream === each.stream)
          assert.equal(each.firstMicros, Math.min(...times.map(({ event }) => event.time)))
          assert.equal(each.lastMicros, Math.max(...times.map(({ event }) => event.time)))
        }
      },
    ),
    { numRuns: 200 },
  )
})

function tableOf(values: readonly { readonly value: string; readonly count: number }[]) {
  return Object.fromEntries(values.map(({ value, count }) => [value, count]))
}

function tally(events: readonly Expected[], readValue: (each: Expected) => unknown) {
  const counts: Record<string, number> = {}
  for (const each of events) {
    const value = JSON.stringify(readValue(each))
    counts[value] = (counts[value] ?? 0) + 1
  }
  return counts
}

test('values come by frequency, then by text, and an event counts once for each', async () => {
  const maker = new ArchiveMaker()
  await maker.batch([
    { time: 1, stream: 's', rest: '"tag":["b","b","a"]' },
    { time: 2, stream: 's', rest: '"tag":["c","\\u0061"]' },
    { time: 3, stream: 's', rest: '"tag":null' },
    { time: 4, stream: 's', rest: '"tag":1e1' },
  ])

  const answer = await readerOf(maker.store).values({ field: 'tag', limit: 2 })

  assert.deepEqual(answer.values, [
    { value: '"a"', count: 2 },
    { value: '"b"', count: 1 },
  ])
  assert.equal(answer.distinct, 4)
  assert.equal(answer.count, 3)
})

test('times are values in the form they have outside', async () => {
  const maker = new ArchiveMaker()
  await maker.batch([{ time: 1, stream: 's' }])

  const answer = await readerOf(maker.store).values({ field: '@time' })

  assert.deepEqual(answer.values, [{ value: '"1970-01-01T00:00:00.000001Z"', count: 1 }])
})

test('more values or intervals than an answer may have are too large', async () => {
  const maker = new ArchiveMaker()
  await maker.batch([1, 2, 3].map(n => ({ time: n * 60e6, stream: 's', rest: `"n":${n}` })))
  const reader = readerOf(maker.store, { distinctValuesMax: 2, histogramBucketsMax: 2 })

  await assert.rejects(reader.values({ field: 'n' }), { code: 'too-large', message: /narrower/ })
  await assert.rejects(reader.histogram({ interval: 'minute' }), { code: 'too-large' })
})

test('streams are told by prefix, whatever slashes it has', async () => {
  const maker = new ArchiveMaker()
  await maker.batch(['web', 'web/a', 'web/b', 'wet'].map(stream => ({ time: 1, stream })))

  const { streams } = await readerOf(maker.store).streams({ prefix: 'web/' })

  assert.deepEqual(
    streams.map(each => each.stream),
    ['web/a', 'web/b'],
  )
})

test('unknown intervals, zones and empty fields are invalid', async () => {
  const reader = readerOf(new ArchiveMaker().store)
  await assert.rejects(reader.histogram({ interval: 'decade' as never }), { code: 'invalid' })
  await assert.rejects(reader.histogram({ interval: 'day', timeZone: 'Mars/Base' }), {
    code: 'invalid',
  })
  await assert.rejects(reader.values({ field: '' }), { code: 'invalid' })
  await assert.rejects(reader.values({ field: 'n', limit: 0 }), { code: 'invalid' })
})
