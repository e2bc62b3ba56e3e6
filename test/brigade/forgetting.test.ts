import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collectGarbage } from '../../lib/brigade/collect.ts'
import { raiseFloor } from '../../lib/brigade/floor.ts'
import { fold } from '../../lib/brigade/fold.ts'
import { cancelStaleClaims, claimJob } from '../../lib/brigade/job.ts'
import { Member } from '../../lib/brigade/member.ts'
import { moveAbsorbed, sweepTail } from '../../lib/brigade/sweep.ts'
import { Settled } from '../../lib/catalog/settled.ts'
import { bucketKey, jobOfRun, parseTailKey, recordKey } from '../../lib/store/keys.ts'
import { Appender } from '../../lib/write/appender.ts'
import { archiveLines, keysUnder } from '../support/archive-lines.ts'
import { appendBatch, catalogOf } from '../support/brigade-place.ts'
import { makePlace, type TestPlace } from '../support/workplace.ts'

const day = 24 * 3600e3

interface Batch {
  readonly key: string
  readonly bytes: Buffer
}

async function appendMany(place: TestPlace, count: number): Promise<Batch[]> {
  const batches: Batch[] = []
  for (let i = 0; i < count; i++) {
    const key = await appendBatch(place, [`{"@stream":"a","n":${i}}`])
    batches.push({ key, bytes: (await place.store.get(key))!.bytes })
  }
  return batches
}

/** What a PUT does that was on its way for long. */
async function recreate(place: TestPlace, batches: readonly Batch[]): Promise<void> {
  for (const { key, bytes } of batches) await place.store.create(key, bytes)
}

async function settledOf(place: TestPlace, batches: readonly Batch[]): Promise<Settled> {
  const identities = batches.map(batch => parseTailKey(batch.key).identity)
  return Settled.load(place.store, await catalogOf(place), identities)
}

test('ids that do not fit the catalog move to segments and stay settled', async () => {
  const place = makePlace({ recentMax: 5, segmentIdsMax: 3 })
  const batches = await appendMany(place, 20)

  const report = await new Member(place).once()

  const { recent, absorbed } = await catalogOf(place)
  assert.equal(report.foldedBatches, 20)
  assert.ok(recent.length <= 5)
  assert.equal(recent.length + absorbed.reduce((sum, each) => sum + each.count, 0), 20)
  for (const segment of absorbed) assert.ok(segment.count <= 3)
  const settled = await settledOf(place, batches)
  for (const { key } of batches) {
    const { identity } = parseTailKey(key)
    assert.notEqual(settled.inRecent(identity), settled.inAbsorbed(identity))
  }
})

test('a batch that comes back after its sweep is neither read nor folded but swept', async () => {
  const place = makePlace({ recentMax: 4 })
  const batches = await appendMany(place, 10)
  await new Member(place).once()
  const before = await archiveLines(place.store)

  await recreate(place, batches)

  assert.deepEqual(await archiveLines(place.store), before)
  assert.equal(await fold(place, new Set()), undefined)
  assert.equal(await sweepTail(place), 10)
  assert.deepEqual(await archiveLines(place.store), before)
})

test('the floor follows the store’s clock seven days behind and makes ids forgotten', async () => {
  const place = makePlace({ recentMax: 4 })
  const batches = await appendMany(place, 10)
  await new Member(place).once()
  const before = await archiveLines(place.store)
  assert.ok((await catalogOf(place)).absorbed.length > 0)

  place.clock.advance(8 * day)
  const floorMillis = await raiseFloor(place)

  assert.equal(floorMillis, Math.floor(place.clock.nowMicros() / 1000) - 7 * day)
  const { recent, absorbed } = await catalogOf(place)
  assert.deepEqual([recent, absorbed], [[], []])
  const settled = await settledOf(place, batches)
  for (const { key } of batches) assert.ok(settled.belowFloor(parseTailKey(key).identity))
  await recreate(place, batches)
  assert.deepEqual(await archiveLines(place.store), before)
  assert.equal(await fold(place, new Set()), undefined)
  assert.equal(await sweepTail(place), 10)
})

test('the floor waits for a batch that is not folded, and never falls', async () => {
  const place = makePlace()
  const [batch] = await appendMany(place, 1)
  place.clock.advance(30 * day)

  assert.equal(await raiseFloor(place), parseTailKey(batch!.key).idTimeMillis)
  assert.equal((await archiveLines(place.store)).length, 1)
  assert.equal(await raiseFloor(place), undefined)

  await fold(place, new Set())
  const raised = await raiseFloor(place)
  assert.equal(raised, Math.floor(place.clock.nowMicros() / 1000) - 7 * day)
  place.clock.advance(-10 * day)
  assert.equal(await raiseFloor(place), undefined)
  assert.equal((await catalogOf(place)).floorMillis, raised)
})

test('a name under tail/ that is none of ours moves no floor and is never touched', async () => {
  const place = makePlace()
  const [batch] = await appendMany(place, 1)
  const foreign = [
    'tail/0',
    'tail/README.txt',
    `tail/${'I'.repeat(26)}${batch!.key.slice(31)}`,
    `${batch!.key}.bak`,
    batch!.key.toLowerCase(),
  ]
  for (const key of foreign) await place.store.create(key, Buffer.from('not ours'))
  place.clock.advance(8 * day)

  const report = await new Member(place).once()

  assert.equal(report.foldedBatches, 1)
  assert.deepEqual(report.damaged, [])
  assert.deepEqual((await keysUnder(place.store, 'tail/')).sort(), foreign.sort())
  const { floorMillis } = await catalogOf(place)
  assert.equal(floorMillis, Math.floor(place.clock.nowMicros() / 1000) - 7 * day)
})

test('markers of requests go when their batches are below the floor, and not before', async () => {
  const place = makePlace()
  const append = () =>
    new Appender(place, () => 0).append({
      lines: Buffer.from('{"@stream":"a"}'),
      key: 'order-4711',
    })
  await append()
  await new Member(place).once()

  place.clock.advance(6 * day)
  await new Member(place).once()
  assert.equal((await keysUnder(place.store, 'requests/')).length, 1)

  place.clock.advance(2 * day)
  assert.equal((await new Member(place).once()).collectedObjects, 1)
  assert.deepEqual(await keysUnder(place.store, 'requests/'), [])
})

test('garbage is an output that nothing refers to and no claim keeps', async () => {
  const place = makePlace()
  await appendMany(place, 1)
  await fold(place, new Set())
  const referenced = await keysUnder(place.store, 'buckets/')
  const job = await claimJob(place, 'compact', () => ['a run'])
  const claimed = bucketKey(job!.id, 0)
  for (const key of [claimed, bucketKey('NOBODY', 0), 'absorbed/NOBODY/000000']) {
    await place.store.create(key, Buffer.from('output'))
  }

  assert.equal(await collectGarbage(place), 2)
  const left = await keysUnder(place.store, 'buckets/')
  assert.deepEqual(left.sort(), [claimed, ...referenced].sort())

  place.clock.advance(place.settings.claimStaleMillis)
  assert.equal(await cancelStaleClaims(place), 0)
  place.clock.advance(1)
  assert.equal(await cancelStaleClaims(place), 1)
  assert.equal(await collectGarbage(place), 1)
  assert.deepEqual(await keysUnder(place.store, 'buckets/'), referenced)
})

test('what a compaction replaced is garbage', async () => {
  const place = makePlace({ foldObjectsMax: 1, compactRunsMin: 2 })
  await appendMany(place, 4)

  const report = await new Member(place).once()

  const { runs } = await catalogOf(place)
  assert.ok(report.compactedRuns >= 4)
  assert.ok(report.collectedObjects >= 4)
  assert.deepEqual(
    await keysUnder(place.store, 'buckets/'),
    runs.flatMap(({ id, buckets }) => [
      ...buckets.map(bucket => bucket.key),
      recordKey(jobOfRun(id)),
    ]),
  )
  assert.equal((await archiveLines(place.store)).length, 4)
  assert.equal(await moveAbsorbed(place), false)
})
