import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Member } from '../../lib/brigade/member.ts'
import { prune } from '../../lib/brigade/prune.ts'
import { commit } from '../../lib/catalog/commit.ts'
import { setPolicies } from '../../lib/catalog/set-policies.ts'
import { logPolicy, type Policy } from '../../lib/core/policy.ts'
import { keysUnder } from '../support/archive-lines.ts'
import { appendBatch, catalogOf } from '../support/brigade-place.ts'
import { linesOf, readerOf } from '../support/read-archive.ts'
import { makePlace, type TestPlace, testStartMicros } from '../support/workplace.ts'

const hour = 3600e6
const day = 24 * hour

function keep(micros: number, pattern = '**', more: Partial<Policy> = {}): Policy {
  return { ...logPolicy, pattern, retentionMicros: micros, ...more }
}

/** An event of each stream this long ago; its name is stream and age. */
function events(streams: readonly string[], ages: readonly number[]): string[] {
  return streams.flatMap(stream =>
    ages.map(age => {
      const name = `${stream}-${age / hour}`
      return `{"@time":${testStartMicros - age},"@stream":"${stream}","name":"${name}"}`
    }),
  )
}

async function namesIn(place: TestPlace): Promise<string[]> {
  const lines = await linesOf(readerOf(place.store).search({}))
  return lines.map(line => JSON.parse(line).name).sort()
}

test('every event is kept as long as its own policy says, to the hour', async () => {
  const place = makePlace()
  await appendBatch(place, events(['a/1', 'web'], [hour, 9 * hour, 10 * hour, 11 * hour]))
  await new Member(place).once()
  await setPolicies(place, [keep(9 * hour, 'a/**'), keep(10 * hour)])

  const { pruned } = await prune(place, { confirmed: true })

  assert.deepEqual(pruned, ['a/**', '**'])
  assert.deepEqual(await namesIn(place), ['a/1-1', 'a/1-9', 'web-1', 'web-10', 'web-9'])
})

test('what is wholly past its retention goes with all of its objects', async () => {
  const place = makePlace()
  await appendBatch(place, events(['a'], [3 * day]))
  await new Member(place).once()
  await setPolicies(place, [keep(day)])

  await prune(place, { confirmed: true })
  await new Member(place).once()

  const { runs, horizons } = await catalogOf(place)
  assert.deepEqual([runs.length, horizons.length], [0, 1])
  for (const prefix of ['buckets/', 'index/'])
    assert.deepEqual(await keysUnder(place.store, prefix), [])
})

test('a run half of which is pruned is written again without it', async () => {
  const place = makePlace()
  await appendBatch(place, events(['a'], [0, day, 5 * day, 9 * day]))
  await new Member(place).once()
  await setPolicies(place, [keep(2 * day)])

  await prune(place, { confirmed: true })
  const { recutRuns } = await new Member(place).once()

  assert.equal(recutRuns, 1)
  const [run] = (await catalogOf(place)).runs
  assert.equal(run!.buckets[0]!.eventCount, 2)
  assert.deepEqual(await namesIn(place), ['a-0', 'a-24'])
  assert.equal((await new Member(place).once()).recutRuns, 0)
})

test('what comes too late is acknowledged, in no answer, and gone when it is folded', async () => {
  const place = makePlace()
  await appendBatch(place, events(['a'], [0, 3 * day]))
  await setPolicies(place, [keep(day)])
  await prune(place, { confirmed: true })
  await appendBatch(place, events(['b'], [0, 2 * day]))

  const before = await namesIn(place)
  await new Member(place).once()

  assert.deepEqual(before, ['a-0', 'b-0'])
  assert.deepEqual(await namesIn(place), before)
  const buckets = (await catalogOf(place)).runs.flatMap(run => run.buckets)
  assert.deepEqual(
    buckets.map(({ eventCount }) => eventCount),
    [2],
  )
  assert.deepEqual(await keysUnder(place.store, 'tail/'), [])
})

test('a longer retention, another order or no policy at all brings nothing back', async () => {
  const place = makePlace()
  await appendBatch(place, events(['a', 'b'], [0, 3 * day]))
  await new Member(place).once()
  await setPolicies(place, [keep(day)])
  await prune(place, { confirmed: true })

  for (const policies of [[keep(9 * day)], [keep(9 * day, 'a'), keep(2 * day)], []]) {
    await setPolicies(place, policies)
    await prune(place, { confirmed: true })
    await new Member(place).once()
    assert.deepEqual(await namesIn(place), ['a-0', 'b-0'])
  }
})

test('a dry run says what would go and changes nothing', async () => {
  const place = makePlace()
  await appendBatch(place, events(['a'], [0, 3 * day]))
  await new Member(place).once()
  await appendBatch(place, events(['a'], [4 * day]))
  await setPolicies(place, [keep(day)])
  const { generation } = await catalogOf(place)

  const { policies, pruned } = await prune(place, { dryRun: true })

  assert.deepEqual(pruned, [])
  assert.equal((await catalogOf(place)).generation, generation)
  const [told] = policies
  assert.deepEqual([told!.periodCount, told!.batchCount, told!.eventsOf], [1, 1, 2])
  assert.equal(told!.firstMicros, testStartMicros - 3 * day)
  assert.equal(told!.isExact, false)
})

test('the brigade prunes what grew old and leaves what is unusual to somebody', async () => {
  const place = makePlace()
  await appendBatch(
    place,
    events(
      ['a'],
      Array.from({ length: 40 }, (_, i) => i * day),
    ),
  )
  await new Member(place).once()
  await setPolicies(place, [keep(20 * day)])
  const held = await new Member(place).once()
  const before = await namesIn(place)
  await prune(place, { confirmed: true })
  place.clock.advance(3 * 24 * 3600e3)

  const done = await new Member(place).once()

  assert.deepEqual([held.prunedPolicies.length, held.unprunedReasons.length], [0, 1])
  assert.match(held.unprunedReasons[0]!, /4\d % of the events of \*\*/)
  assert.equal(before.length, 40)
  assert.deepEqual([done.prunedPolicies, done.unprunedReasons], [['**'], []])
  assert.equal((await namesIn(place)).length, 18)
})

test('a clock that runs years ahead prunes nothing by itself, nor one of two', async () => {
  const place = makePlace()
  await setPolicies(place, [keep(20 * day)])
  await appendBatch(place, events(['a'], [0, day]))
  await new Member(place).once()
  const ahead = {
    ...place,
    clock: { ...place.clock, nowMicros: () => testStartMicros + 900 * day },
  }

  await prune({ ...place, clock: ahead.clock as TestPlace['clock'] }, { confirmed: true })
  place.clock.advance(900 * 24 * 3600e3)
  const { unprunedReasons } = await new Member(place).once()

  assert.equal(unprunedReasons.length, 1)
  assert.equal((await namesIn(place)).length, 2)
})

test('a legal hold keeps what it covers, and only before it', async () => {
  const place = makePlace()
  await appendBatch(place, events(['a', 'b'], [0, 3 * day, 5 * day, 9 * day]))
  await new Member(place).once()
  await setPolicies(place, [keep(day, 'a'), keep(day)])
  const selection = { stream: 'a', startMicros: testStartMicros - 6 * day }
  const hold = { id: 'case 7', selection, reason: 'lawsuit', createdMicros: 0 }
  const isHeld = (catalog: { holds: readonly unknown[] }) => catalog.holds.length > 0
  await commit(place, catalog => ({ next: { ...catalog, holds: [hold] }, landed: isHeld }))

  const { policies } = await prune(place, { confirmed: true })

  assert.deepEqual(
    policies.map(({ heldBy }) => heldBy),
    [['case 7'], []],
  )
  assert.deepEqual(await namesIn(place), ['a-0', 'a-120', 'a-72', 'b-0'])
})

test('what a policy asks for at the commit counts, not what it asked for before', async () => {
  let isPlanning = false
  const place = makePlace({}, store => {
    const list = store.list.bind(store)
    store.list = async (...given) => {
      if (isPlanning) await setPolicies(place, [keep(9 * day)])
      return await list(...given)
    }
    return store
  })
  await appendBatch(place, events(['a'], [0, 3 * day]))
  await new Member(place).once()
  await setPolicies(place, [keep(day)])
  isPlanning = true

  await prune(place, { confirmed: true })

  assert.equal((await catalogOf(place)).policies[0]!.retentionMicros, 9 * day)
  assert.deepEqual(await namesIn(place), ['a-0', 'a-72'])
})
