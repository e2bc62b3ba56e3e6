import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnswerEnd } from '../../lib/read/question.ts'
import { mergeRanges } from '../../lib/read/ranges.ts'
import { ArchiveMaker, type TestEvent } from '../support/make-archive.ts'
import { linesOf, readerOf } from '../support/read-archive.ts'

test('one fresh batch costs listing, catalog and object, and asked again no object', async () => {
  const maker = new ArchiveMaker()
  await maker.batch(events('s', 0, 20))
  await maker.commit({})
  const reader = readerOf(maker.store)

  const cold = reader.search({})
  await linesOf(cold)
  const warm = reader.search({})
  await linesOf(warm)

  assert.deepEqual(cost(cold.end()), { get: 2, list: 1, rounds: 3 })
  assert.deepEqual(cost(warm.end()), { get: 1, list: 1, rounds: 2 })
})

test('a large sealed bucket costs its footer and one range of neighbouring frames', async () => {
  const maker = await sealed(1)
  const reader = readerOf(maker.store, { mergeGapBytes: 100 })

  const hits = reader.search({})
  await linesOf(hits)

  assert.deepEqual(cost(hits.end()), { get: 3, list: 1, rounds: 4 })
})

test('the newest events are found without opening what is older', async () => {
  const maker = await sealed(30)
  const hits = readerOf(maker.store, { mergeGapBytes: 0 }).search({ limit: 3 })

  assert.equal((await linesOf(hits)).length, 3)

  // The catalog, the footers of the first wave, one frame.
  assert.deepEqual(cost(hits.end()), { get: 1 + 8 + 1, list: 1, rounds: 4 })
})

test('a question that is not read to its end fetches no further', async () => {
  const maker = await sealed(30)
  const hits = readerOf(maker.store, { mergeGapBytes: 0, readConcurrency: 2 }).search({})

  for await (const _ of hits) break

  // The catalog, all footers, at most two waves of frames.
  assert.ok(hits.end().receipt.requests.get <= 1 + 30 + 4)
})

test('events are counted by what the catalog says, without a footer', async () => {
  const maker = await sealed(5)
  const reader = readerOf(maker.store, { mergeGapBytes: 0 })

  const all = await reader.count({})
  const ofStream = await reader.count({ stream: 's' })
  const histogram = await reader.histogram({ interval: 'hour' })
  const streams = await reader.streams()

  assert.deepEqual([all.count, ofStream.count, histogram.count], [100, 100, 100])
  assert.equal(all.receipt.requests.get, 1)
  assert.equal(ofStream.receipt.requests.get, 1)
  assert.equal(histogram.receipt.requests.get, 1)
  assert.equal(streams.receipt.requests.get, 1)
})

test('a range that cuts a stream reads only the frames at its ends', async () => {
  const maker = await sealed(1, 200)
  const reader = readerOf(maker.store, { mergeGapBytes: 0 })

  const { count, receipt } = await reader.count({ startMicros: 55, endMicros: 145 })

  assert.equal(count, 90)
  assert.equal(receipt.requests.get, 1 + 1 + 2)
})

test('a page is read without what the pages before it were read from', async () => {
  const maker = await sealed(30)
  const settings = { mergeGapBytes: 0, cacheBytes: 0 }
  const first = readerOf(maker.store, settings).search({ limit: 300 })
  await linesOf(first)

  const second = readerOf(maker.store, settings).search({ limit: 20, cursor: first.end().cursor! })

  assert.equal((await linesOf(second)).length, 20)
  assert.ok(second.end().receipt.requests.get < first.end().receipt.requests.get / 2)
})

test('ranges join across small gaps within their limit and object, and keep the order', () => {
  const frame = (key: string, startByte: number, sizeBytes: number) =>
    ({ source: { key }, entry: { startByte, sizeBytes } }) as never
  const frames = [frame('b', 0, 10), frame('a', 100, 10), frame('a', 0, 10), frame('a', 15, 10)]

  const shape = (gap: number, most: number) =>
    mergeRanges(frames, gap, most).map(({ key, start, end }) => `${key} ${start}-${end}`)

  assert.deepEqual(shape(0, 1000), ['b 0-10', 'a 100-110', 'a 0-10', 'a 15-25'])
  assert.deepEqual(shape(6, 1000), ['b 0-10', 'a 100-110', 'a 0-25'])
  assert.deepEqual(shape(1000, 1000), ['b 0-10', 'a 0-110'])
  assert.deepEqual(shape(1000, 30), ['b 0-10', 'a 100-110', 'a 0-25'])
})

/** So many runs one after the other, each of this many events without ids. */
async function sealed(runCount: number, eventCount = 20): Promise<ArchiveMaker> {
  const maker = new ArchiveMaker(undefined, 400)
  const runs = []
  for (let i = 0; i < runCount; i++) {
    runs.push(await maker.run(events('s', i * eventCount, (i + 1) * eventCount)))
  }
  await maker.commit({ runs })
  return maker
}

function events(stream: string, start: number, end: number): TestEvent[] {
  return Array.from({ length: end - start }, (_, i) => ({
    time: start + i,
    stream,
    rest: `"n":${start + i}`,
  }))
}

function cost({ receipt }: AnswerEnd) {
  const { get, list } = receipt.requests
  return { get, list, rounds: receipt.rounds }
}
