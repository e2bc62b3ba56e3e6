import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnswerEnd, Selection } from '../../lib/read/question.ts'
import type { Reader } from '../../lib/read/reader.ts'
import { ArchiveMaker, type TestEvent } from '../support/make-archive.ts'
import { linesOf, readerOf } from '../support/read-archive.ts'

const event = (n: number): TestEvent => ({ time: n, stream: 's', rest: `"n":${n}` })

/** Every question, and how many events its answer knows of. */
const counts: Record<string, (reader: Reader, selection: Selection) => Promise<number>> = {
  search: async (reader, selection) => (await linesOf(reader.search(selection))).length,
  count: async (reader, selection) => (await reader.count(selection)).count,
  scan: async (reader, selection) =>
    (await reader.count({ ...selection, query: 's OR n:*' })).count,
  histogram: async (reader, selection) =>
    (await reader.histogram({ ...selection, interval: 'hour' })).count,
  values: async (reader, selection) =>
    (await reader.values({ ...selection, field: 'n', limit: 9 })).count,
  fields: async (reader, selection) => (await reader.fields(selection)).count,
  explain: async (reader, selection) =>
    (await reader.explain({ ...selection, question: 'count', query: 'n:*' })).objects.events,
}

for (const [name, countIn] of Object.entries(counts)) {
  test(`${name}: nothing found by a catalog that was replaced is in the answer`, async () => {
    const maker = new ArchiveMaker()
    const batch = await maker.batch([event(1)])
    await maker.commit({})
    const reader = readerOf(maker.store)
    assert.equal(await countIn(reader, {}), 1)

    const folded = await maker.run([event(1)])
    await maker.commit({ runs: [folded], recent: [batch.identity] })
    assert.equal(await countIn(reader, {}), 1)
    await maker.store.delete([batch.key])
    assert.equal(await countIn(reader, {}), 1)

    await maker.commit({ runs: [await maker.run([event(1), event(2)])] })
    await maker.store.delete([folded.buckets[0]!.key])
    assert.equal(await countIn(reader, {}), 2)
  })

  test(`${name}: an answer may be as old as asked for, and costs no look then`, async () => {
    const maker = new ArchiveMaker()
    await maker.batch([event(1)])
    await maker.commit({})
    const reader = readerOf(maker.store)
    await countIn(reader, {})

    await maker.batch([event(2)])

    assert.equal(await countIn(reader, { freshnessMillis: 1000 }), 1)
    assert.equal(await countIn(reader, {}), 2)
  })
}

test('a warm reader fetches what is new while it asks whether its catalog is', async () => {
  const maker = new ArchiveMaker()
  await maker.batch([event(1)])
  await maker.commit({})
  const reader = readerOf(maker.store)
  await linesOf(reader.search({}))
  await maker.batch([event(2)])

  const hits = reader.search({})
  const fresh = reader.search({ freshnessMillis: 60_000 })

  assert.equal((await linesOf(hits)).length, 2)
  assert.deepEqual(cost(hits.end()), { get: 2, list: 1, rounds: 2 })
  assert.equal((await linesOf(fresh)).length, 2)
  assert.deepEqual(cost(fresh.end()), { get: 0, list: 0, rounds: 0 })
})

test('what is gone since the listing was taken is found by a new one', async () => {
  const maker = new ArchiveMaker()
  const batch = await maker.batch([event(1)])
  await maker.commit({})
  const reader = readerOf(maker.store, { cacheBytes: 0 })
  await linesOf(reader.search({}))
  await maker.commit({ runs: [await maker.run([event(1)])], recent: [batch.identity] })
  await maker.store.delete([batch.key])

  assert.equal((await linesOf(reader.search({ freshnessMillis: 60_000 }))).length, 1)
})

test('damage in what a replaced catalog named is not told', async () => {
  const maker = new ArchiveMaker()
  const old = await maker.run([event(1)])
  await maker.commit({ runs: [old] })
  const reader = readerOf(maker.store, { cacheBytes: 0 })
  await linesOf(reader.search({}))
  const key = old.buckets[0]!.key
  const { bytes, etag } = (await maker.store.get(key))!
  await maker.store.replace(key, bytes.fill(0, 0, 20), etag)
  await maker.commit({ runs: [await maker.run([event(1)])] })

  const hits = reader.search({})

  assert.equal((await linesOf(hits)).length, 1)
  assert.deepEqual(hits.end().damage, [])
})

test('a freshness that is none is refused', () => {
  const reader = readerOf(new ArchiveMaker().store)
  assert.throws(() => reader.search({ freshnessMillis: -1 }), { code: 'invalid' })
})

function cost({ receipt }: AnswerEnd) {
  const { get, list } = receipt.requests
  return { get, list, rounds: receipt.rounds }
}
