import assert from 'node:assert/strict'
import { test } from 'node:test'
import { raiseFloor } from '../../lib/brigade/floor.ts'
import { Member } from '../../lib/brigade/member.ts'
import { sweepTail } from '../../lib/brigade/sweep.ts'
import { parseTailKey } from '../../lib/store/keys.ts'
import { keysUnder } from '../support/archive-lines.ts'
import { appendBatch, catalogOf } from '../support/brigade-place.ts'
import { watched } from '../support/damaged-store.ts'
import { findingsOf, flipByte } from '../support/operated-archive.ts'
import { linesOf, readerOf } from '../support/read-archive.ts'
import { makePlace, type TestPlace } from '../support/workplace.ts'

const day = 24 * 3600e3

/** A batch that cannot be read, put aside by a member, and one that was folded. */
async function withAside(): Promise<{ place: TestPlace; key: string }> {
  const place = makePlace()
  const key = await appendBatch(place, ['{"@stream":"a","n":1}', '{"@stream":"a","n":2}'])
  await flipByte(place.store, key, 20)
  await appendBatch(place, ['{"@stream":"b","n":3}'])
  await new Member(place).once()
  return { place, key }
}

test('a batch that cannot be read is put aside with what its key says of it', async () => {
  const { place, key } = await withAside()

  const { quarantined, claims } = await catalogOf(place)

  const { identity, eventCount, firstMicros, lastMicros } = parseTailKey(key)
  assert.equal(quarantined.length, 1)
  const { reason, sizeBytes, ...entry } = quarantined[0]!
  assert.deepEqual(entry, {
    key,
    identity,
    eventCount,
    firstMicros,
    lastMicros,
    isReadable: false,
    sinceMicros: place.clock.nowMicros(),
  })
  assert.equal(sizeBytes, (await place.store.get(key))!.bytes.length)
  assert.match(reason, /frame at 0: checksum/)
  assert.deepEqual(claims, [])
})

test('what is put aside does not stop the floor, and no sweep deletes it', async () => {
  const { place, key } = await withAside()
  place.clock.advance(20 * day)

  const floorMillis = await raiseFloor(place)
  await sweepTail(place)

  assert.ok(floorMillis! > parseTailKey(key).idTimeMillis)
  assert.deepEqual(await keysUnder(place.store, 'tail/'), [key])
})

test('an answer names what is put aside, without asking for it, where it may matter', async () => {
  const { place, key } = await withAside()
  const gets: string[] = []
  const reader = readerOf(watched(place.store, got => gets.push(got)))

  for (const [stream, named] of [
    ['a', [key]],
    ['b', []],
    ['**', [key]],
  ] as const) {
    const hits = reader.search({ stream })
    await linesOf(hits)
    const { damage } = hits.end()
    assert.deepEqual(
      damage.map(each => each.object),
      named,
      stream,
    )
    assert.deepEqual(
      damage.map(each => each.eventCount),
      named.map(() => 2),
    )
  }
  const beyond = reader.search({ endMicros: 1 })
  await linesOf(beyond)

  assert.deepEqual(beyond.end().damage, [])
  assert.ok(!gets.includes(key))
})

test('whole frames of a batch that is put aside are read as before', async () => {
  const place = makePlace()
  const long = 'x'.repeat(700_000)
  const lines = [1, 2, 3].map(n => `{"@stream":"s${n}","n":${n},"long":"${long}${n}"}`)
  const key = await appendBatch(place, lines)
  await flipByte(place.store, key, 20)
  await new Member(place).once()
  const hits = readerOf(place.store).search({ order: 'asc' })

  const found = await linesOf(hits)

  assert.equal((await catalogOf(place)).quarantined[0]!.isReadable, true)
  assert.deepEqual(
    found.map(line => JSON.parse(line).n),
    [2, 3],
  )
  assert.deepEqual(
    hits.end().damage.map(each => [each.object, each.eventCount]),
    [[key, 1]],
  )
})

test('a batch that was put back is taken in once, also when the floor has passed it', async () => {
  const { place, key } = await withAside()
  place.clock.advance(20 * day)
  await new Member(place).once()
  await flipByte(place.store, key, 20)

  for (let n = 0; n < 3; n++) await new Member(place).once()

  const hits = readerOf(place.store).search({ order: 'asc', stream: '**' })
  const found = (await linesOf(hits)).map(line => JSON.parse(line).n)
  assert.deepEqual(found.sort(), [1, 2, 3])
  assert.deepEqual(hits.end().damage, [])
  assert.deepEqual((await catalogOf(place)).quarantined, [])
  assert.deepEqual(await keysUnder(place.store, 'tail/'), [])
})

test('one that is gone is still named', async () => {
  const { place, key } = await withAside()
  await place.store.delete([key])
  const hits = readerOf(place.store).search({ order: 'asc' })

  await linesOf(hits)

  assert.deepEqual(
    hits.end().damage.map(each => each.object),
    [key],
  )
  assert.deepEqual(
    (await findingsOf(place)).map(({ kind, object }) => [kind, object]),
    [['quarantined', key]],
  )
})

test('a verification names what is put aside, and whether it can be read again', async () => {
  const { place, key } = await withAside()

  const [damaged] = await findingsOf(place)
  await flipByte(place.store, key, 20)
  const [whole] = await findingsOf(place)

  assert.deepEqual([damaged!.kind, damaged!.object, damaged!.remedy], ['quarantined', key, 'none'])
  assert.deepEqual([whole!.kind, whole!.object, whole!.remedy], ['quarantined', key, 'brigade'])
})

test('a member does not fetch what is put aside in each of its rounds', async () => {
  const { place, key } = await withAside()
  const gets: string[] = []
  const member = new Member({ ...place, store: watched(place.store, got => gets.push(got)) })

  for (let n = 0; n < 10; n++) {
    await appendBatch(place, [`{"@stream":"c","n":${n}}`])
    await member.once()
  }

  assert.equal(gets.filter(got => got === key).length, 1)
})
