import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeSegment } from '../../lib/catalog/absorbed.ts'
import { emptyCatalog, type Segment } from '../../lib/catalog/catalog.ts'
import { Settled } from '../../lib/catalog/settled.ts'
import { batchIdAt } from '../../lib/core/batch-id.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { segmentKey } from '../../lib/store/keys.ts'
import type { Store } from '../../lib/store/store.ts'
import { makePlace } from '../support/workplace.ts'

/** The identity of a batch made at this many milliseconds. */
function identity(millis: number): string {
  return `${batchIdAt(millis, new Uint8Array(10))}-HASH`
}

async function putSegment(store: Store, n: number, millis: readonly number[]): Promise<Segment> {
  const key = segmentKey('JOB', n)
  const identities = millis.map(identity).sort()
  const bytes = encodeSegment(identities)
  await store.create(key, bytes)
  const [firstIdentity = '', lastIdentity = ''] = [identities[0], identities.at(-1)]
  return { key, sizeBytes: bytes.length, count: identities.length, firstIdentity, lastIdentity }
}

test('an id is settled only when it is recent, absorbed or below the floor', async () => {
  const someMillis = fc.uniqueArray(fc.nat(40), { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(40), { maxLength: 10 }),
      fc.array(someMillis, { maxLength: 4 }),
      fc.nat(20),
      fc.array(fc.nat(45), { maxLength: 12 }),
      async (recent, segments, floorMillis, asked) => {
        const { store } = makePlace()
        const absorbed = await Promise.all(segments.map((each, n) => putSegment(store, n, each)))
        const catalog = { ...emptyCatalog, recent: recent.map(identity), absorbed, floorMillis }

        const settled = await Settled.load(store, catalog, asked.map(identity))

        for (const millis of asked) {
          const isAbsorbed = segments.flat().includes(millis)
          const isRecent = recent.includes(millis)
          assert.equal(settled.inRecent(identity(millis)), isRecent)
          if (!isRecent) assert.equal(settled.inAbsorbed(identity(millis)), isAbsorbed)
          assert.equal(settled.belowFloor(identity(millis)), millis < floorMillis)
          const expected = isRecent || isAbsorbed || millis < floorMillis
          assert.equal(settled.has(identity(millis)), expected)
        }
      },
    ),
  )
})

test('only segments that may hold an id are loaded, and one that is gone is missing', async () => {
  const { store } = makePlace()
  const near = await putSegment(store, 0, [10, 12, 14])
  const gone = { ...(await putSegment(store, 1, [20, 30])), key: segmentKey('GONE', 0) }
  const catalog = { ...emptyCatalog, absorbed: [near, gone] }

  const settled = await Settled.load(store, catalog, [9, 12, 13, 19, 31].map(identity))
  assert.deepEqual(
    [9, 12, 13, 19, 31].map(millis => settled.has(identity(millis))),
    [false, true, false, false, false],
  )

  await assert.rejects(Settled.load(store, catalog, [identity(20)]), (fault: unknown) => {
    return fault instanceof ArchiveError && fault.code === 'missing'
  })
})
