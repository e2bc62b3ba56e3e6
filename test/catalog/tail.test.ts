import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listTail } from '../../lib/catalog/tail.ts'
import { appendBatch } from '../support/brigade-place.ts'
import { makePlace } from '../support/workplace.ts'

test('the tail is listed whole, oldest batch first, and what is not ours apart', async () => {
  const place = makePlace()
  const keys: string[] = []
  for (let n = 0; n < 5; n++) {
    keys.push(await appendBatch(place, [`{"@stream":"a","n":${n}}`]))
    place.clock.advance(1)
  }
  await place.store.create('tail/notes.txt', Buffer.from('hello'))

  const { batches, foreign } = await listTail(place.store)

  assert.deepEqual(
    batches.map(batch => batch.key),
    keys,
  )
  assert.deepEqual(
    batches.map(batch => batch.eventCount),
    [1, 1, 1, 1, 1],
  )
  assert.deepEqual(
    foreign.map(({ key, sizeBytes }) => [key, sizeBytes]),
    [['tail/notes.txt', 5]],
  )
})

test('listing the tail stops when it is aborted', async () => {
  const place = makePlace()
  await assert.rejects(listTail(place.store, AbortSignal.abort(new Error('enough'))), /enough/)
})
