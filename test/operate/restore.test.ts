import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Member } from '../../lib/brigade/member.ts'
import { unwrapMarker, wrapMarker } from '../../lib/catalog/marker.ts'
import { backUp } from '../../lib/operate/backup.ts'
import { restoreFrom } from '../../lib/operate/restore.ts'
import { keysUnder } from '../support/archive-lines.ts'
import { appendBatch } from '../support/brigade-place.ts'
import { flipping } from '../support/damaged-store.ts'
import { type TestPlace, testStartMicros } from '../support/workplace.ts'
import {
  answersOf,
  day,
  grownPlace,
  isConflict,
  lines,
  otherStore,
  restored,
} from './grown-place.ts'

test('the restored archive is folded on, and its answers stay', async () => {
  const place = await grownPlace()
  const backup = otherStore(place)
  await backUp(place, backup)
  const target = await restored(place, backup)
  const before = await answersOf(target)

  await new Member(target).once()

  assert.deepEqual(await keysUnder(target.store, 'tail/'), [])
  const after = await answersOf(target)
  // What indexes tell of hours are bounds, which may become others.
  assert.deepEqual({ ...after, hours: before.hours }, before)
})

test('what waited in the tail is read from a backup that is a month old', async () => {
  const place = await grownPlace()
  const backup = otherStore(place)
  const before = await answersOf(place)
  await backUp(place, backup)
  place.clock.advance(30 * day)

  const target = await restored(place, backup)

  assert.notDeepEqual(await keysUnder(target.store, 'tail/'), [])
  assert.deepEqual(await answersOf(target), before)
})

test('a batch that is sent again to the restored archive is still one', async () => {
  const place = await grownPlace()
  const [tail] = await keysUnder(place.store, 'tail/')
  const backup = otherStore(place)
  await backUp(place, backup)
  const target = await restored(place, backup)
  const before = await answersOf(target)

  const { bytes } = (await place.store.get(tail!))!
  const { outcome } = await target.store.create(tail!, bytes)

  assert.equal(outcome, 'refused')
  assert.deepEqual(await answersOf(target), before)
})

test('every generation is restored as it was, by number and by time', async () => {
  const place = await grownPlace()
  const backup = otherStore(place)
  const before = await answersOf(place)
  const first = await backUp(place, backup)
  place.clock.advance(day)
  await appendBatch(place, lines(5, place.clock.nowMicros(), 'new'))
  await new Member(place).once()
  await backUp(place, backup)

  const byNumber = await restored(place, backup, { generation: 1 })
  const byTime = await restored(place, backup, { atMicros: first.generation.takenMicros })
  const newest = await restored(place, backup)

  assert.deepEqual(await answersOf(byNumber), before)
  assert.deepEqual(await answersOf(byTime), before)
  assert.deepEqual(await answersOf(newest), await answersOf(place))
  const tooEarly = restored(place, backup, { atMicros: testStartMicros })
  await assert.rejects(tooEarly, /holds no backup of .*; the oldest was taken/)
  await assert.rejects(restored(place, backup, { generation: 3 }), /no backup 3 .* 1 to 2/)
})

test('a copy that has gone bad is named by the restore', async () => {
  const place = await grownPlace()
  const backup = otherStore(place)
  await backUp(place, backup)
  for (const prefix of ['buckets/', 'index/', 'manifests/', 'tail/', 'absorbed/']) {
    const key = (await keysUnder(backup, prefix))[0]!
    const target = { ...place, store: otherStore(place) }

    const { lacking } = await restoreFrom(target, flipping(backup, key, 25))

    assert.deepEqual(
      lacking.map(each => each.key),
      [key],
    )
  }
})

test('nothing is restored over what is there', async () => {
  const place = await grownPlace()
  const backup = otherStore(place)
  await backUp(place, backup)
  const busy = { ...place, store: otherStore(place) }
  await appendBatch(busy, lines(1, testStartMicros, 'x'))

  await assert.rejects(restoreFrom(place, backup), isConflict(/it holds an archive/))
  await assert.rejects(restoreFrom(busy, backup), isConflict(/it is not empty, tail.* is there/))
})

test('an archive is closed while it is restored, and only the same restore goes on', async () => {
  const place = await grownPlace()
  const backup = otherStore(place)
  await backUp(place, backup)
  await appendBatch(place, lines(1, testStartMicros, 'x'))
  await backUp(place, backup)
  const target = { ...place, store: otherStore(place) }
  const abort = new AbortController()
  const progress = () => abort.abort(new Error('killed'))
  await assert.rejects(restoreFrom(target, backup, { signal: abort.signal, progress }), /killed/)

  await assert.rejects(answersOf(target), /a restore into this archive is not finished/)
  await assert.rejects(new Member(target).once(), /a restore into this archive is not finished/)
  const other = restoreFrom(target, backup, { generation: 1 })
  await assert.rejects(other, isConflict(/a restore of backup 2 of archive .* not finished/))
  await restoreFrom(target, backup)

  assert.deepEqual(await answersOf(target), await answersOf(place))
})

test('markers of requests and imports come along as they were', async () => {
  const place = await grownPlace()
  const backup = otherStore(place)
  const [request, imported] = ['requests/AB', 'imports/CD']
  await place.store.create(request, wrapMarker(request, { state: '0' }))
  await place.store.create(imported, wrapMarker(imported, { state: '1' }))
  await backUp(place, backup)
  place.clock.advance(day)
  const { etag } = (await place.store.get(imported))!
  await place.store.replace(imported, wrapMarker(imported, { state: '2' }), etag)
  await place.store.delete([request])
  await backUp(place, backup)
  const again = await backUp(place, backup)

  const first = await restored(place, backup, { generation: 1 })
  const second = await restored(place, backup)

  const textAt = async (where: TestPlace, key: string) =>
    unwrapMarker((await where.store.get(key))!.bytes, key).state
  assert.deepEqual([await textAt(first, request), await textAt(first, imported)], ['0', '1'])
  assert.equal(await textAt(second, imported), '2')
  assert.ok(again.copiedObjects <= 1)
  await backUp(place, backup, { keep: 1 })
  assert.equal((await keysUnder(backup, 'imports/')).length, 1)
})
