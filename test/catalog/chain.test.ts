import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { Member } from '../../lib/brigade/member.ts'
import { chainHead } from '../../lib/catalog/chain.ts'
import type { ChainEntry } from '../../lib/catalog/chain-entry.ts'
import { loadEntries, walkChain } from '../../lib/catalog/chain-segment.ts'
import { logPolicy } from '../../lib/core/policy.ts'
import { appendBatch, catalogOf, setPolicies } from '../support/brigade-place.ts'
import { makePlace, type TestPlace } from '../support/workplace.ts'

const entriesOf = async (place: TestPlace): Promise<ChainEntry[]> =>
  Array.fromAsync(walkChain(place.store, (await catalogOf(place)).chain))

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

async function appendMany(place: TestPlace, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    place.clock.advance(1000)
    await appendBatch(place, [`{"@stream":"a","n":${i}}`, `{"@stream":"a","@id":"${i}"}`])
  }
}

test('every commit of data leaves an entry with the hash of the one before', async () => {
  const place = makePlace({ foldObjectsMax: 1, compactRunsMin: 2 })
  await setPolicies(place, [logPolicy])
  await appendMany(place, 3)
  await new Member(place).once()

  const entries = await entriesOf(place)
  const catalog = await catalogOf(place)

  const [first, ...others] = entries.map(entry => entry.kind)
  assert.equal(first, 'policies')
  assert.deepEqual(others.sort(), ['compact', 'fold', 'fold', 'fold'])
  assert.equal(entries[0]!.previous, catalog.archive)
  assert.deepEqual(Object.keys(entries[0]!.set), ['policies'])
  assert.equal(entries[0]!.set.policies, hashOf(JSON.stringify([logPolicy])))
  for (const [i, entry] of entries.entries()) {
    assert.equal(entry.number, i + 1)
    if (i > 0) assert.equal(entry.previous, hashOf(JSON.stringify(entries[i - 1])))
  }
  assert.equal(chainHead(catalog), hashOf(JSON.stringify(entries.at(-1))))
  assert.deepEqual(
    entries.at(-1)!.added.map(({ events, ids }) => [events, ids]),
    [[6, 3]],
  )
})

test('the digest of a run is that of its buckets’ bytes', async () => {
  const place = makePlace()
  await appendMany(place, 2)
  await new Member(place).once()

  const [run] = (await catalogOf(place)).runs
  const bytes = await Promise.all(run!.buckets.map(({ key }) => place.store.get(key)))
  const digests = bytes.map(found => createHash('sha256').update(found!.bytes).digest('hex'))

  assert.equal(run!.digest, hashOf(digests.join('')))
})

test('entries move to few segments, all in order, and the catalog stays small', async () => {
  const place = makePlace({ foldObjectsMax: 1, compactRunsMax: 1, chainEntriesMax: 4 })
  for (let round = 0; round < 40; round++) {
    await appendMany(place, 3)
    await new Member(place).once()
  }

  const { chain } = await catalogOf(place)
  const entries = await entriesOf(place)

  assert.equal(chain.length, 120)
  assert.deepEqual(
    entries.map(entry => entry.number),
    Array.from({ length: 120 }, (_, i) => i + 1),
  )
  assert.ok(chain.entries.length <= 4 + 3)
  assert.ok(chain.segments.length <= 7, `${chain.segments.length} segments`)
  const listed = await place.store.list('chain/')
  assert.deepEqual(
    listed.objects.map(object => object.key).sort(),
    chain.segments.map(segment => segment.key).sort(),
  )
})

test('segments of the chain do not grow beyond their limit', async () => {
  const limits = { chainEntriesMax: 1, chainSegmentBytesMax: 1500 }
  const place = makePlace({ foldObjectsMax: 1, compactRunsMax: 1, ...limits })
  for (let round = 0; round < 20; round++) {
    await appendMany(place, 1)
    await new Member(place).once()
  }

  const { chain } = await catalogOf(place)

  assert.ok(chain.segments.length >= 3)
  for (const { rawBytes } of chain.segments) assert.ok(rawBytes <= 1500)
  assert.equal((await entriesOf(place)).length, 20)
})

test('members that move the chain at once lose no entry', async () => {
  const place = makePlace({ foldObjectsMax: 1, compactRunsMax: 1, chainEntriesMax: 2 })
  await appendMany(place, 12)

  await Promise.all([1, 2, 3].map(() => new Member(place).once()))

  const numbers = (await entriesOf(place)).map(entry => entry.number)
  assert.deepEqual(
    numbers,
    numbers.map((_, i) => i + 1),
  )
  assert.equal(numbers.length, 12)
})

test('a segment that is gone is missing, one that holds no entries is corrupt', async () => {
  const place = makePlace({ chainEntriesMax: 0 })
  await appendMany(place, 1)
  await new Member(place).once()
  const [segment] = (await catalogOf(place)).chain.segments
  const { bytes } = (await place.store.get(segment!.key))!
  await place.store.delete([segment!.key])

  await assert.rejects(loadEntries(place.store, segment!), { code: 'missing' })
  await place.store.create(segment!.key, bytes.subarray(1))
  await assert.rejects(loadEntries(place.store, segment!), { code: 'corrupt' })
})
