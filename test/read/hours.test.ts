import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ArchiveMaker, type TestEvent } from '../support/make-archive.ts'
import { archiveShapes, makeArchive } from '../support/random-archive.ts'
import { expectedOf, questions, readerSettings } from '../support/random-question.ts'
import { readerOf } from '../support/read-archive.ts'

const minute = 60e6

/** Times of the random archives, one micro apart, become minutes apart. */
test('every interval with matching events is named, with true bounds', async () => {
  const inputs = [archiveShapes, questions, fc.constantFrom(0, 300, 1e6), readerSettings] as const
  await fc.assert(
    fc.asyncProperty(...inputs, async (shape, question, hoursReadBytes, settings) => {
      const spread = {
        ...shape,
        batches: shape.batches.map(batch => ({
          ...batch,
          events: batch.events.map(event => ({ ...event, time: event.time * minute })),
        })),
      }
      const { order: _, ...selection } = question
      const { startMicros, endMicros } = selection
      const asked = {
        ...selection,
        ...(startMicros !== undefined && { startMicros: startMicros * minute }),
        ...(endMicros !== undefined && { endMicros: endMicros * minute }),
      }
      const reader = readerOf((await makeArchive(spread)).store, { ...settings, hoursReadBytes })

      const { intervals } = await reader.hours({ ...asked, interval: 'minute' })

      const counts = new Map<number, number>()
      for (const { event } of expectedOf(spread, asked)) {
        counts.set(event.time, (counts.get(event.time) ?? 0) + 1)
      }
      for (const { startMicros: start, endMicros: end, least, most } of intervals) {
        const count = counts.get(start) ?? 0
        assert.ok(least <= count && count <= most, `${start}: ${least} <= ${count} <= ${most}`)
        assert.equal(end, start + minute)
        counts.delete(start)
      }
      assert.deepEqual([...counts], [])
      const starts = intervals.map(each => each.startMicros)
      assert.deepEqual(
        starts,
        starts.toSorted((a, b) => a - b),
      )
    }),
    { numRuns: 300 },
  )
})

/** Two events a minute for ten minutes, the word `rare` in the fourth. */
const events: readonly TestEvent[] = Array.from({ length: 20 }, (_, i) => ({
  time: i * 30e6,
  stream: 's',
  rest: `"m":"${i === 8 ? 'rare' : 'usual'} word"`,
}))

async function sealed(minutesOfBucket: number): Promise<ArchiveMaker> {
  const maker = new ArchiveMaker(undefined, 150)
  const buckets: TestEvent[][] = []
  for (let i = 0; i < 20; i += 2 * minutesOfBucket) {
    buckets.push(events.slice(i, i + 2 * minutesOfBucket))
  }
  await maker.commit({ runs: [await maker.run(...buckets)] })
  return maker
}

test('buckets within an interval are told by the index alone', async () => {
  const reader = readerOf((await sealed(1)).store)

  const { intervals, receipt } = await reader.hours({ query: 'rare', interval: 'minute' })
  const all = await reader.hours({ interval: 'minute' })

  assert.deepEqual(intervals, [
    { startMicros: 4 * minute, endMicros: 5 * minute, least: 0, most: 2 },
  ])
  // The catalog and the index.
  assert.equal(receipt.requests.get, 2)
  assert.equal(all.intervals.length, 10)
  assert.ok(all.intervals.every(({ least, most }) => least === 2 && most === 2))
  assert.equal(all.receipt.requests.get, 1)
})

test('frames that reach over intervals are read while there are few of them', async () => {
  const maker = await sealed(10)

  const read = await readerOf(maker.store).hours({ query: 'rare', interval: 'minute' })
  const unread = await readerOf(maker.store, { hoursReadBytes: 0 }).hours({
    query: 'rare',
    interval: 'minute',
  })

  const rare = { startMicros: 4 * minute, endMicros: 5 * minute }
  assert.deepEqual(read.intervals, [{ ...rare, least: 1, most: 1 }])
  assert.ok(unread.intervals.length > 1)
  assert.ok(unread.intervals.some(each => each.startMicros === rare.startMicros))
  assert.ok(unread.intervals.every(({ least, most }) => least === 0 && most > 1))
})

test('fresh batches are read, and of a redelivered event no copy is sure', async () => {
  const maker = new ArchiveMaker()
  await maker.batch([
    { time: 1, stream: 's', id: 'a' },
    { time: 2, stream: 's' },
  ])
  await maker.batch([{ time: 1, stream: 's', id: 'a' }])

  const { intervals } = await readerOf(maker.store).hours({})

  assert.deepEqual(intervals, [{ startMicros: 0, endMicros: 3600e6, least: 1, most: 3 }])
})

test('more intervals than an answer may have are too large', async () => {
  const reader = readerOf((await sealed(10)).store, { hoursReadBytes: 0, histogramBucketsMax: 3 })

  const refused = { code: 'too-large', message: /wider interval/ }
  await assert.rejects(reader.hours({ interval: 'minute' }), refused)
})
