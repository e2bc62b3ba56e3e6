import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answering, flipping } from '../support/damaged-store.ts'
import { ArchiveMaker, type TestEvent } from '../support/make-archive.ts'
import { linesOf, readerOf } from '../support/read-archive.ts'

const events: readonly TestEvent[] = Array.from({ length: 9 }, (_, i) => ({
  time: 10 + i,
  stream: `s/${Math.floor(i / 3)}`,
  rest: `"n":${i}`,
}))

test('a flipped byte costs the events of its frame, and they are named', async () => {
  for (const sealed of [true, false]) {
    const { maker, key } = await archiveOf(sealed)
    const intact = await linesOf(readerOf(maker.store).search({ order: 'asc' }))
    const size = (await maker.store.get(key))!.bytes.length
    for (let position = 0; position < size; position++) {
      const hits = readerOf(flipping(maker.store, key, position)).search({ order: 'asc' })

      const found = await linesOf(hits)

      const { damage, complete } = hits.end()
      assert.equal(damage.length, 1, `byte ${position}`)
      const { object, startByte, endByte, eventCount, reason } = damage[0]!
      assert.equal(object, key)
      assert.ok(startByte <= position && position < endByte, `byte ${position}`)
      assert.ok(reason.length > 10)
      assert.equal(complete, true)
      assert.equal(found.length, intact.length - eventCount, `byte ${position}`)
      for (const line of intact.filter(each => !found.includes(each))) {
        const micros = Number(line.slice(30, 36))
        assert.ok(damage[0]!.startMicros <= micros && micros < damage[0]!.endMicros)
      }
    }
  }
})

/** An archive with another event besides those of one object. */
async function archiveOf(sealed: boolean): Promise<{ maker: ArchiveMaker; key: string }> {
  const maker = new ArchiveMaker(undefined, 100)
  await maker.batch([{ time: 5, stream: 'other' }])
  if (!sealed) return { maker, key: (await maker.batch(events)).key }
  const run = await maker.run(events)
  await maker.commit({ runs: [run] })
  return { maker, key: run.buckets[0]!.key }
}

test('the streams and times of a damaged frame are those of its events', async () => {
  const { maker, key } = await archiveOf(true)
  const hits = readerOf(flipping(maker.store, key, 20)).search({ order: 'asc' })

  await linesOf(hits)

  const [damage] = hits.end().damage
  assert.deepEqual(damage?.streams, ['s/0'])
  assert.deepEqual([damage?.startMicros, damage?.endMicros], [10, 12])
  assert.equal(damage?.eventCount, 2)
})

test('every question names what it had to do without', async () => {
  const { maker, key } = await archiveOf(true)
  const reader = readerOf(flipping(maker.store, key, 20))

  const count = await reader.count({ query: 'n:/\\d/' })
  const histogram = await reader.histogram({ interval: 'hour', query: 'n:/\\d/' })
  const values = await reader.values({ field: 'n' })

  assert.deepEqual([count.count, histogram.count, values.count], [7, 7, 7])
  for (const answer of [count, histogram, values]) assert.equal(answer.damage.length, 1)
})

test('bytes that were damaged on their way only are fetched again', async () => {
  const { maker, key } = await archiveOf(true)
  for (const mergeGapBytes of [0, 2 ** 20]) {
    const store = flipping(maker.store, key, 20, 1)
    const hits = readerOf(store, { mergeGapBytes }).search({})

    assert.equal((await linesOf(hits)).length, 10)
    assert.deepEqual(hits.end().damage, [])
  }
})

test('an answer that was cut off is fetched again', async () => {
  const { maker, key } = await archiveOf(false)
  let cuts = 1
  const store = answering(maker.store, key, bytes => {
    return cuts-- > 0 ? bytes.subarray(0, bytes.length - 5) : bytes
  })
  const hits = readerOf(store).search({})

  assert.equal((await linesOf(hits)).length, 10)
  assert.deepEqual(hits.end().damage, [])
})
