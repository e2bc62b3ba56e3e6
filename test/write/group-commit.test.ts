import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ArchiveError } from '../../lib/core/errors.ts'
import type { Settings } from '../../lib/core/settings.ts'
import { Appender } from '../../lib/write/appender.ts'
import { archiveLines } from '../support/archive-lines.ts'
import { WatchedStore } from '../support/watched-store.ts'
import { makePlace } from '../support/workplace.ts'

function open(settings: Partial<Settings> = {}) {
  let store!: WatchedStore
  const place = makePlace(settings, inner => {
    store = new WatchedStore(inner)
    return store
  })
  const appender = new Appender(place, () => 0)
  const append = (lines: string, strict = false) =>
    appender.append({ lines: Buffer.from(lines), stream: 'web', strict })
  const events = async () => (await archiveLines(store)).map(line => JSON.parse(line))
  return { store, place, appender, append, events }
}

test('concurrent appends share one PUT and each gets its own receipt', async () => {
  const { store, append, events } = open()

  const receipts = await Promise.all([
    append('{"n":1}\nx'),
    append('{"n":2}\n{"n":3}'),
    append('x'),
  ])

  assert.equal(store.putCount('tail/'), 1)
  assert.deepEqual(
    receipts.map(each => [each.accepted, each.rejected]),
    [
      [1, 1],
      [2, 0],
      [0, 1],
    ],
  )
  assert.equal(receipts[0]!.batch, receipts[1]!.batch)
  assert.equal(receipts[2]!.batch, null)
  assert.deepEqual(
    (await events()).map(event => event.n),
    [1, 2, 3],
  )
})

test('appends that come later get a PUT of their own', async () => {
  const { store, append } = open()

  const first = await append('{"n":1}')
  const second = await append('{"n":1}')

  assert.equal(store.putCount('tail/'), 2)
  assert.notEqual(first.batch, second.batch)
})

test('a strict request that fails leaves the others of its group alone', async () => {
  const { store, append, events } = open()

  const outcomes = await Promise.allSettled([
    append('{"n":1}', true),
    append('{"n":2}\n{"n":3,"@stream":"other"}\nx', true),
    append('{"n":4}', true),
  ])

  assert.deepEqual(
    outcomes.map(each => each.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.equal(store.putCount('tail/'), 1)
  assert.deepEqual(
    (await events()).map(event => event.n),
    [1, 4],
  )
})

test('a request that is too large for any batch leaves the others of its group alone', async () => {
  const { append, events } = open({ batchStreamsMax: 2, batchEventsMax: 5 })
  const streams = (...names: string[]) => names.map(name => `{"@stream":"${name}"}`).join('\n')

  const outcomes = await Promise.allSettled([
    append(streams('a')),
    append(streams('b', 'c', 'd')),
    append(streams('b')),
    append('{}\n'.repeat(6)),
    append(streams('a', 'b')),
  ])

  assert.deepEqual(
    outcomes.map(each => each.status),
    ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
  )
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'too-large')
  }
  assert.deepEqual((await events()).map(event => event['@stream']).sort(), ['a', 'a', 'b', 'b'])
})

test('requests that fit alone but not together get batches of their own', async () => {
  const { store, append, events } = open({ batchStreamsMax: 3, batchEventsMax: 4 })
  const three = '{"@stream":"a"}\n{"@stream":"b"}\n{"@stream":"c"}'

  const receipts = await Promise.all([append(three), append('{}\n{}'), append('{}\n{}\n{}')])

  assert.deepEqual(
    receipts.map(each => each.accepted),
    [3, 2, 3],
  )
  assert.equal(store.putCount('tail/'), 3)
  assert.equal((await events()).length, 8)
})

test('a full group takes no further request', async () => {
  const { store, append } = open({ groupBytesMax: 150 })

  await Promise.all(Array.from({ length: 6 }, () => append(`{"x":"${'x'.repeat(60)}"}`)))

  assert.equal(store.putCount('tail/'), 6)
})

test('a PUT whose outcome is unknown is sent again, and again no copy is made', async () => {
  for (const loss of ['request lost', 'answer lost'] as const) {
    const { store, append, events } = open()
    let lost = 0
    store.lose = () => (lost++ < 2 ? loss : undefined)

    const receipt = await append('{"n":1}')

    assert.deepEqual(store.puts, [receipt.batch, receipt.batch, receipt.batch])
    assert.equal((await events()).length, 1)
  }
})

test('when the store never confirms, every member of the group hears it is unknown', async () => {
  const { store, append, place } = open()
  store.lose = () => 'request lost'

  const outcomes = await Promise.allSettled([append('{"n":1}'), append('{"n":2}')])

  for (const outcome of outcomes) {
    assert.ok(outcome.status === 'rejected' && outcome.reason instanceof ArchiveError)
    assert.equal(outcome.reason.code, 'unavailable')
    assert.equal(outcome.reason.retryAfterSeconds, 1)
  }
  assert.equal(store.putCount('tail/'), place.settings.putAttemptsMax)
})

test('close waits for appends in flight, also for those that fail', async () => {
  const { store, append, appender } = open()
  let settled = 0
  const count = () => settled++
  append('{"n":1}').then(count)
  append('x', true).catch(count)

  await appender.close()

  assert.equal(settled, 2)
  assert.equal(store.putCount('tail/'), 1)
})
