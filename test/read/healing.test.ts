import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Settings } from '../../lib/core/settings.ts'
import { ThreadFleet } from '../../lib/read/thread-fleet.ts'
import { watched } from '../support/damaged-store.ts'
import { farReaderOf, testFleet } from '../support/far-fleet.ts'
import {
  framesOfGroups,
  guardedArchive,
  guardedBucket,
  guardedCount,
  guardedPolicy,
  spoilFrames,
} from '../support/guarded-archive.ts'
import { flipByte, overwrite } from '../support/operated-archive.ts'
import { linesOf, readerOf } from '../support/read-archive.ts'

/** Every frame is a request of its own. */
const apart: Partial<Settings> = { mergeGapBytes: 0, mergedRangeBytesMax: 1 }

test('a damaged frame of each group heals, and the answer says so', async () => {
  const place = await guardedArchive()
  const intact = await linesOf(readerOf(place.store).search({ order: 'asc' }))
  const { ref, directory } = await guardedBucket(place)
  const [first, other] = framesOfGroups(directory)
  await spoilFrames(place, ref.key, [first[3]!, other])

  for (const settings of [{}, apart]) {
    const hits = readerOf(place.store, settings).search({ order: 'asc' })
    assert.deepEqual(await linesOf(hits), intact)

    const { damage, healed, complete } = hits.end()
    assert.deepEqual([damage, complete], [[], true])
    const places = healed.map(each => [each.object, each.startByte, each.endByte])
    assert.deepEqual(
      places.sort((a, b) => Number(a[1]) - Number(b[1])),
      [first[3]!, other].map(({ startByte, sizeBytes }) => {
        return [ref.key, startByte, startByte + sizeBytes]
      }),
    )
    assert.match(healed[0]!.reason, /checksum is/)
  }
})

test('what the scan function finds damaged is healed by who asked', async () => {
  const place = await guardedArchive()
  const { ref, directory } = await guardedBucket(place)
  await spoilFrames(place, ref.key, [directory.frames[7]!])
  const made = testFleet(place.store, { scanPartBytesMax: 100_000 })
  const reader = farReaderOf(place.store, made, { scanPartBytesMax: 100_000 })

  const { count, damage, healed, warnings } = await reader.count({ query: 'n:/\\d/' })

  assert.equal(count, guardedCount)
  assert.deepEqual([damage, warnings, healed.length], [[], [], 1])
  assert.ok(made.orders.length > 0)
})

test('every question is answered exactly, by any thread', async () => {
  const place = await guardedArchive()
  const { ref, directory } = await guardedBucket(place)
  await spoilFrames(place, ref.key, [directory.frames[7]!])
  const fleet = new ThreadFleet(1)
  const reader = readerOf(place.store, { fleetFramesMin: 0 }, fleet)

  const count = await reader.count({ query: 'n:/\\d/' })
  const histogram = await reader.histogram({ interval: 'hour', query: 'n:/\\d/' })
  const values = await reader.values({ field: 'word' })

  assert.deepEqual([count.count, histogram.count, values.count], Array(3).fill(guardedCount))
  for (const answer of [count, histogram, values]) {
    assert.deepEqual(answer.damage, [])
    assert.equal(answer.healed.length, 1)
  }
  await fleet.close()
})

test('to heal a frame takes three requests, and none when nothing is damaged', async () => {
  const place = await guardedArchive()
  const { ref, directory } = await guardedBucket(place)
  const frame = directory.frames[7]!
  const getsOf = async () => {
    const hits = readerOf(place.store, apart).search({ query: 'n:30' })
    assert.equal((await linesOf(hits)).length, 1)
    return hits.end().receipt.requests.get
  }
  const before = await getsOf()

  await spoilFrames(place, ref.key, [frame])

  // One more is the frame itself, which may have been damaged on its way only.
  assert.equal(await getsOf(), before + 1 + 3)
})

test('two damaged frames of one group are damage, and are named with the reason', async () => {
  const place = await guardedArchive()
  const { ref, directory } = await guardedBucket(place)
  const [[first, second]] = framesOfGroups(directory)
  await spoilFrames(place, ref.key, [first!, second!])
  const hits = readerOf(place.store).search({ order: 'asc' })

  const found = await linesOf(hits)

  const { damage, healed } = hits.end()
  assert.deepEqual([damage.length, healed], [2, []])
  assert.equal(found.length, guardedCount - first!.eventCount - second!.eventCount)
  assert.match(damage[0]!.reason, /parity does not heal it: the frame at \d+ is damaged, too/)
})

test('a damaged footer costs nothing, wherever it is damaged, nor does a lost end', async () => {
  const place = await guardedArchive()
  const { ref } = await guardedBucket(place)
  const { bytes } = (await place.store.get(ref.key))!
  const damages = [
    ...Array.from({ length: 40 }, (_, i) => async () => {
      await flipByte(place.store, ref.key, -1 - Math.floor((i * ref.footerBytes) / 40))
    }),
    () => overwrite(place.store, ref.key, bytes.subarray(0, -1)),
    () => overwrite(place.store, ref.key, bytes.subarray(0, bytes.length - ref.footerBytes)),
  ]
  for (const damage of damages) {
    await damage()

    const hits = readerOf(place.store).search({ order: 'asc' })

    assert.equal((await linesOf(hits)).length, guardedCount)
    assert.deepEqual(hits.end().damage, [])
    assert.equal(hits.end().healed[0]?.startByte, ref.sizeBytes - ref.footerBytes)
    await overwrite(place.store, ref.key, bytes)
  }
})

test('without parity nothing heals', async () => {
  const { parity: _, ...policy } = guardedPolicy
  const place = await guardedArchive({}, policy)
  const { ref, directory } = await guardedBucket(place)
  await spoilFrames(place, ref.key, [directory.frames[0]!])

  const hits = readerOf(place.store).search({})

  await linesOf(hits)
  assert.deepEqual([hits.end().damage.length, hits.end().healed], [1, []])
})

test('a budget ends an answer that heals, as any other', async () => {
  const place = await guardedArchive()
  const { ref, directory } = await guardedBucket(place)
  await spoilFrames(place, ref.key, [directory.frames[7]!])
  const gets: string[] = []
  const store = watched(place.store, key => gets.push(key))
  const hits = readerOf(store, apart).search({ order: 'asc', maxRequests: 12 })

  await linesOf(hits)

  assert.equal(hits.end().stoppedBy, 'requests')
  assert.ok(gets.length <= 12)
})
