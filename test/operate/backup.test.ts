import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Member } from '../../lib/brigade/member.ts'
import { backUp } from '../../lib/operate/backup.ts'
import { listGenerations } from '../../lib/operate/generation.ts'
import { restoreFrom } from '../../lib/operate/restore.ts'
import type { Store } from '../../lib/store/store.ts'
import { keysUnder } from '../support/archive-lines.ts'
import { appendBatch, catalogOf } from '../support/brigade-place.ts'
import { flipping } from '../support/damaged-store.ts'
import { archiveShapes, makeArchive } from '../support/random-archive.ts'
import { makePlace } from '../support/workplace.ts'
import { answersOf, grownPlace, isConflict, lines, otherStore, restored } from './grown-place.ts'

test('a restored archive gives the same answers to questions of every kind', async () => {
  const place = await grownPlace()
  const backup = otherStore(place)

  const { generation } = await backUp(place, backup)
  const target = await restored(place, backup)

  assert.deepEqual(generation.lacking, [])
  assert.deepEqual(await answersOf(target), await answersOf(place))
  const [old, now] = [await catalogOf(place), await catalogOf(target)]
  assert.notEqual(now.archive, old.archive)
  assert.equal(now.generation, old.generation + 1)
  assert.deepEqual(now.claims, [])
  assert.ok(now.rollups.length > 0 && now.runs.length > 0)
})

test('so it does when batches are in any state', async () => {
  await fc.assert(
    fc.asyncProperty(archiveShapes, async shape => {
      const maker = await makeArchive(shape)
      const place = { ...makePlace(), store: maker.store }
      fc.pre((await keysUnder(maker.store, 'tail/')).length > 0)
      const backup = otherStore(place)

      await backUp(place, backup)
      const target = await restored(place, backup)

      assert.deepEqual(await answersOf(target), await answersOf(place))
    }),
    { numRuns: 20 },
  )
})

test('a second backup copies only what is new, with few requests', async () => {
  const place = await grownPlace()
  const backup = otherStore(place)
  const first = await backUp(place, backup)

  const second = await backUp(place, backup)
  await appendBatch(place, lines(1, place.clock.nowMicros(), 'new'))
  const third = await backUp(place, backup)

  assert.ok(first.copiedObjects > 100)
  assert.equal(second.copiedObjects, 0)
  const { manifests } = (await catalogOf(place)).rollups[0]!
  const { get, list } = second.receipts.source.requests
  // The catalog twice, each manifest; tail, requests, certificates, and imports three times.
  assert.deepEqual({ get, list }, { get: 2 + manifests.length, list: 6 })
  assert.deepEqual(second.receipts.destination.requests, { get: 1, list: 1, put: 2, delete: 0 })
  assert.equal(third.copiedObjects, 1)
  assert.deepEqual(await answersOf(await restored(place, backup)), await answersOf(place))
})

test('what no kept generation needs is deleted', async () => {
  const place = await grownPlace()
  const backup = otherStore(place)
  await backUp(place, backup)
  await new Member(place).once()
  await backUp(place, backup)

  const third = await backUp(place, backup, { keep: 1 })

  assert.deepEqual(third.dropped, [
    { number: 1, because: 'keep' },
    { number: 2, because: 'keep' },
  ])
  assert.deepEqual(await keysUnder(backup, 'tail/'), [])
  assert.equal((await keysUnder(backup, 'contents/')).length, 1)
  const { readable } = await listGenerations(backup)
  assert.deepEqual(
    readable.map(({ number }) => number),
    [3],
  )
  const sealed = async (store: Store) => await keysUnder(store, 'buckets/')
  assert.deepEqual(await sealed(backup), await sealed(place.store))
  assert.deepEqual(await answersOf(await restored(place, backup)), await answersOf(place))
})

test('a damaged object is copied and named, and copied again when it is whole', async () => {
  const place = await grownPlace()
  const backup = otherStore(place)
  const [bucket] = await keysUnder(place.store, 'buckets/')
  const damaged = { ...place, store: flipping(place.store, bucket!, 20) }

  const first = await backUp(damaged, backup)
  const lacking = (await restoreFrom({ ...place, store: otherStore(place) }, backup)).lacking
  const second = await backUp(place, backup)

  assert.deepEqual(
    first.generation.lacking.map(({ key }) => key),
    [bucket],
  )
  assert.match(first.generation.lacking[0]!.reason, /frame at 0: checksum is/)
  assert.deepEqual(lacking, first.generation.lacking)
  assert.deepEqual([second.copiedObjects, second.generation.lacking], [1, []])
  assert.deepEqual(await answersOf(await restored(place, backup)), await answersOf(place))
})

test('one flipped answer is not taken for a damaged object', async () => {
  const place = await grownPlace()
  const [bucket] = await keysUnder(place.store, 'buckets/')

  const once = { ...place, store: flipping(place.store, bucket!, 20, 1) }
  const { generation } = await backUp(once, otherStore(place))

  assert.deepEqual(generation.lacking, [])
})

test('an object that is lost in the archive is named, and the backup goes on', async () => {
  const place = await grownPlace()
  const [bucket] = await keysUnder(place.store, 'buckets/')
  await place.store.delete([bucket!])

  const { generation } = await backUp(place, otherStore(place))

  assert.deepEqual(generation.lacking, [{ key: bucket, reason: 'it is gone' }])
})

test('nothing is backed up to where something else lies', async () => {
  const place = await grownPlace()
  const backup = otherStore(place)
  await backUp(place, backup)
  const other = await grownPlace()
  await other.store.delete(['catalog', ...(await keysUnder(other.store, 'buckets/'))])
  const foreign = otherStore(place)
  await foreign.create('letters/mine', Buffer.from('x'))

  await assert.rejects(backUp(other, backup), isConflict(/holds backups of archive/))
  await assert.rejects(backUp(place, place.store), isConflict(/holds an archive/))
  await assert.rejects(backUp(place, foreign), isConflict(/"letters\/mine", which is of no backup/))
  const nothing = makePlace()
  await assert.rejects(backUp(nothing, otherStore(place)), /holds no archive to back up/)
})
