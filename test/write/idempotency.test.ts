import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unwrapMarker, wrapMarker } from '../../lib/catalog/marker.ts'
import { batchIdAt } from '../../lib/core/batch-id.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { parseTailKey } from '../../lib/store/keys.ts'
import { Appender } from '../../lib/write/appender.ts'
import { archiveLines, keysUnder } from '../support/archive-lines.ts'
import { WatchedStore } from '../support/watched-store.ts'
import { makePlace, testStartMicros } from '../support/workplace.ts'

const minute = 60_000
const ulid = batchIdAt(testStartMicros / 1000, new Uint8Array(10).fill(7))
const uuid = '019a9e4b-5c00-7abc-8def-0123456789ab'

function open() {
  let store!: WatchedStore
  const place = makePlace({}, inner => {
    store = new WatchedStore(inner)
    return store
  })
  const append = (key: string, lines: string) =>
    // A process of its own each time: nothing is remembered but by the store.
    new Appender(place, () => 0).append({ lines: Buffer.from(lines), stream: 'web', key })
  return { store, place, append }
}

test('a keyed request sent again minutes later is the same batch, stamps included', async () => {
  for (const key of [ulid, 'order-4711', '!"#$%&/()=~{}']) {
    const { store, place, append } = open()

    const first = await append(key, '{"a":1}\n{"b":2}')
    place.clock.advance(20 * minute)
    const again = await append(key, '{"a":1}\n{"b":2}')

    assert.deepEqual(again, first)
    assert.deepEqual(await keysUnder(store, 'tail/'), [first.batch])
    assert.equal((await archiveLines(store)).length, 2)
  }
})

test('a key that carries a time is the batch id and stamps the events', async () => {
  const { store, append } = open()

  const { batch } = await append(ulid, '{"a":1}')

  assert.ok(batch?.startsWith(`tail/${ulid}-`))
  assert.deepEqual(store.puts, [batch])
  assert.deepEqual(await archiveLines(store), [
    `{"@time":${testStartMicros},"@stream":"web","a":1}`,
  ])
})

test('any other key is fixed by a marker, whoever puts it first', async () => {
  const { store, place, append } = open()

  const [a, b] = await Promise.all([append('k', '{"a":1}'), append('k', '{"a":1}')])

  assert.equal(a.batch, b.batch)
  const markers = await keysUnder(store, 'requests/')
  assert.equal(markers.length, 1)
  const marker = await place.store.get(markers[0]!)
  const content = unwrapMarker(marker!.bytes, markers[0]!)
  assert.deepEqual(content, { batchId: a.batch!.slice(5, 31) })
})

test('a key sent with other content makes another batch; neither is lost', async () => {
  const { store, append } = open()

  const first = await append('k', '{"a":1}')
  const other = await append('k', '{"a":2}')

  assert.notEqual(other.batch, first.batch)
  assert.equal(parseTailKey(other.batch!).idTimeMillis, parseTailKey(first.batch!).idTimeMillis)
  assert.equal((await archiveLines(store)).length, 2)
})

test('a keyed request whose outcome stayed unknown can be sent again', async () => {
  for (const loss of ['request lost', 'answer lost'] as const) {
    const { store, append } = open()
    store.lose = key => (key.startsWith('tail/') ? loss : undefined)
    await assert.rejects(append('k', '{"a":1}'), (fault: unknown) => {
      return fault instanceof ArchiveError && fault.code === 'unavailable'
    })

    store.lose = () => undefined
    const again = await append('k', '{"a":1}')

    assert.deepEqual(await keysUnder(store, 'tail/'), [again.batch])
    assert.equal((await archiveLines(store)).length, 1)
  }
})

test('a marker whose outcome is unknown is looked up, so the batch id is still one', async () => {
  for (const loss of ['request lost', 'answer lost'] as const) {
    const { store, place, append } = open()
    let lost = 0
    store.lose = key => (key.startsWith('requests/') && lost++ === 0 ? loss : undefined)

    const first = await append('k', '{"a":1}')
    place.clock.advance(minute)

    assert.equal((await append('k', '{"a":1}')).batch, first.batch)
  }
})

test('a UUIDv7 from the future is refused, one of ten minutes ago is stored', async () => {
  const { place, append } = open()
  const uuidMillis = 0x019a9e4b5c00
  place.clock.advance(uuidMillis - testStartMicros / 1000 - 6 * minute)
  await assert.rejects(append(uuid, '{}'), (fault: ArchiveError) => {
    assert.match(fault.message, /lies in the future/)
    return fault.details[0]?.pointer === 'Idempotency-Key'
  })

  place.clock.advance(16 * minute)
  const { batch } = await append(uuid, '{}')

  assert.equal(parseTailKey(batch!).idTimeMillis, uuidMillis)
})

test('a key that is empty, too long or not printable ASCII is refused', async () => {
  const { store, append } = open()
  for (const key of ['', 'a b', 'ä', 'a\n', 'x'.repeat(201)]) {
    await assert.rejects(append(key, '{}'), (fault: unknown) => {
      return fault instanceof ArchiveError && fault.code === 'invalid'
    })
  }
  assert.deepEqual(store.puts, [])
})

test('a marker that holds no batch id is corrupt, not a new batch', async () => {
  const { store, append } = open()
  await append('k', '{}')
  const [marker = ''] = await keysUnder(store, 'requests/')
  const contents = [
    Buffer.from('{"batchId":"01M7P5K1W0EWR64C9040G20810"}'),
    ...[{}, { batchId: 7 }, { batchId: 'short' }].map(content => wrapMarker(marker, content)),
  ]
  for (const content of contents) {
    await store.delete([marker])
    await store.create(marker, content)

    await assertCorrupt(append('k', '{}'))
  }
})

test('a marker with a wrong bit, or of another key, is corrupt, not another batch', async () => {
  const { store, place, append } = open()
  await append('k', '{}')
  const [marker = ''] = await keysUnder(store, 'requests/')
  const { bytes } = (await place.store.get(marker))!
  const other = wrapMarker('requests/other', unwrapMarker(bytes, marker))
  const spoilt = Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const flipped = Buffer.from(bytes)
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    return flipped
  })
  for (const content of [other, ...spoilt]) {
    await store.delete([marker])
    await store.create(marker, content)

    await assertCorrupt(append('k', '{}'))
  }
})

async function assertCorrupt(work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (fault: unknown) => {
    return fault instanceof ArchiveError && fault.code === 'corrupt'
  })
}
