import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collectGarbage } from '../../lib/brigade/collect.ts'
import { Member } from '../../lib/brigade/member.ts'
import { rollUp } from '../../lib/brigade/roll-up.ts'
import { loadManifest } from '../../lib/catalog/manifest.ts'
import { isRecordKey } from '../../lib/store/keys.ts'
import { archiveLines, keysUnder } from '../support/archive-lines.ts'
import { appendBatch, catalogOf, distinct, setPolicies } from '../support/brigade-place.ts'
import { linesOf, readerOf } from '../support/read-archive.ts'
import { makePlace, type TestPlace, testStartMicros } from '../support/workplace.ts'

const hour = 3600e6
/** Makes every hour a period of its own, however little it holds. */
const policy = { pattern: '**', bucketSizeBytes: 1, frameSizeBytes: 1, periodMicros: hour }

/** An event each quarter of an hour of two days, folded as it comes. */
async function twoDays(place: TestPlace): Promise<string[]> {
  await setPolicies(place, [policy])
  const member = new Member(place)
  const lines: string[] = []
  for (let hours = 0; hours < 48; hours += 12) {
    const some = Array.from({ length: 48 }, (_, i) => {
      const micros = testStartMicros + hours * hour + (i * hour) / 4
      return `{"@time":${micros},"@stream":"s/${i % 3}","@id":"${hours}-${i}","n":${i}}`
    })
    place.clock.advance(12 * 3600e3)
    await appendBatch(place, some)
    await member.once()
    lines.push(...some)
  }
  return lines
}

function idOf(line: string): string {
  return JSON.parse(line)['@id']
}

test('hours become days, days become months, and every event stays where it was', async () => {
  const place = makePlace({ rollupPartsMin: 2, manifestBucketsMax: 50 })
  const lines = await twoDays(place)
  const objects = await keysUnder(place.store, 'buckets/')
  const buckets = objects.filter(key => !isRecordKey(key))
  place.clock.advance(40 * 24 * 3600e3)

  await new Member(place).once()

  const { runs, rollups } = await catalogOf(place)
  assert.equal(runs.length, 0)
  assert.equal(rollups.length, 1)
  const [month] = rollups
  assert.equal((month!.endMicros - month!.startMicros) / hour, 30 * 24)
  assert.deepEqual([month!.runCount, month!.bucketCount], [48, buckets.length])
  assert.deepEqual(await keysUnder(place.store, 'buckets/'), objects)
  assert.deepEqual(await archiveLines(place.store), distinct(lines))
})

test('a manifest lists no more buckets than it may, and says what its runs hold', async () => {
  const place = makePlace({ rollupPartsMin: 2, manifestBucketsMax: 20 })
  await twoDays(place)
  place.clock.advance(40 * 24 * 3600e3)

  await new Member(place).once()

  const { manifests } = (await catalogOf(place)).rollups[0]!
  assert.ok(manifests.length > 2)
  for (const ref of manifests) {
    const runs = await loadManifest(place.store, ref)
    const buckets = runs.flatMap(run => run.buckets)
    assert.ok(buckets.length <= 20)
    const eventCount = buckets.reduce((sum, bucket) => sum + bucket.eventCount, 0)
    assert.equal(ref.eventCount, eventCount)
    assert.equal(ref.firstMicros, Math.min(...buckets.map(bucket => bucket.firstMicros)))
    assert.equal(ref.lastMicros, Math.max(...buckets.map(bucket => bucket.lastMicros)))
    assert.equal(ref.isDistinct, true)
  }
})

test('a word of one event is found by the index and one manifest of a roll-up', async () => {
  const place = makePlace({ rollupPartsMin: 2, manifestBucketsMax: 8 })
  await twoDays(place)
  place.clock.advance(40 * 24 * 3600e3)
  await new Member(place).once()
  const [month] = (await catalogOf(place)).rollups
  assert.ok(month!.manifests.length > 2)

  const found = readerOf(place.store).search({ query: '"24-7"' })

  assert.deepEqual((await linesOf(found)).map(idOf), ['24-7'])
  const { receipt, warnings } = found.end()
  assert.deepEqual(warnings, [])
  assert.equal(receipt.requests.get, ['catalog', 'index', 'manifest', 'bucket'].length)
})

test('a roll-up whose index is damaged or gone is read whole, with a warning', async () => {
  const place = makePlace({ rollupPartsMin: 2 })
  const lines = await twoDays(place)
  place.clock.advance(40 * 24 * 3600e3)
  await new Member(place).once()
  const { key } = (await catalogOf(place)).rollups[0]!.index
  const bytes = (await place.store.get(key))!.bytes.map(byte => byte ^ 1)
  const expected = lines.filter(line => line.includes('"n":7}')).map(idOf)

  for (const damage of [bytes, undefined]) {
    await place.store.delete([key])
    if (damage) await place.store.create(key, damage)
    const found = readerOf(place.store).search({ query: 'n:7' })
    assert.deepEqual((await linesOf(found)).map(idOf).reverse(), expected)
    assert.equal(found.end().warnings.length, 1)
  }
})

test('roll-ups whose index is damaged stay as they are', async () => {
  const place = makePlace({ rollupPartsMin: 2 })
  await twoDays(place)
  place.clock.advance(3600e3)
  await new Member(place).once()
  const { rollups } = await catalogOf(place)
  assert.equal(rollups.length, 2)
  const { key } = rollups[0]!.index
  const bytes = (await place.store.get(key))!.bytes.map(byte => byte ^ 1)
  await place.store.delete([key])
  await place.store.create(key, bytes)
  place.clock.advance(40 * 24 * 3600e3)

  const { damaged } = await new Member(place).once()

  assert.deepEqual(new Set(damaged), new Set(rollups.map(each => each.id)))
  assert.deepEqual((await catalogOf(place)).rollups, rollups)
})

test('what comes late lies beside the roll-up at once, and is found with it', async () => {
  const place = makePlace({ rollupPartsMin: 3 })
  const lines = await twoDays(place)
  place.clock.advance(24 * 3600e3)
  await new Member(place).once()
  const late = `{"@time":${testStartMicros + hour},"@stream":"s/0","@id":"late","n":1000}`
  const again = lines[0]!
  const before = (await catalogOf(place)).rollups

  await appendBatch(place, [late, again])
  await new Member(place).once()

  const { runs, rollups } = await catalogOf(place)
  assert.equal(runs.length, 2)
  assert.deepEqual(rollups, before)
  const { count } = await readerOf(place.store).count({})
  assert.equal(count, lines.length + 1)
})

test('a manifest that cannot be read is damage to roll-ups, and nothing is collected', async () => {
  const place = makePlace({ rollupPartsMin: 2 })
  const lines = await twoDays(place)
  const [day] = (await catalogOf(place)).rollups
  const { key } = day!.manifests[0]!
  await place.store.delete([key])
  await place.store.create(key, Buffer.from('damage'))
  await place.store.create('buckets/NOBODY/000000.zst', Buffer.from('orphan'))
  const damaged = new Set<string>()
  place.clock.advance(40 * 24 * 3600e3)

  while ((await rollUp(place, damaged)) !== undefined);

  assert.deepEqual([...damaged], [day!.id])
  assert.deepEqual((await catalogOf(place)).claims, [])
  assert.equal(await collectGarbage(place), 0)
  const { damage, count } = await readerOf(place.store).count({ query: '-nothing' })
  assert.deepEqual(
    damage.map(({ object, eventCount }) => [object, eventCount]),
    [[key, lines.length - count]],
  )
})

test('a few runs are not rolled up: small archives have no manifests', async () => {
  const place = makePlace()
  for (const time of [1, 2, 3].map(i => testStartMicros - i * hour)) {
    await appendBatch(place, [`{"@time":${time},"@stream":"a"}`])
  }

  const report = await new Member(place).once()

  assert.equal(report.rolledUpParts, 0)
  assert.deepEqual(await keysUnder(place.store, 'manifests/'), [])
})
