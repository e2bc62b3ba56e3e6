import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fold } from '../../lib/brigade/fold.ts'
import { Member } from '../../lib/brigade/member.ts'
import { logPolicy } from '../../lib/core/policy.ts'
import { rebuild } from '../../lib/operate/rebuild.ts'
import { createReader } from '../../lib/read/reader.ts'
import { catalogKey } from '../../lib/store/keys.ts'
import { archiveLines, keysUnder } from '../support/archive-lines.ts'
import { appendBatch, catalogOf, setPolicies } from '../support/brigade-place.ts'
import { makePlace, type TestPlace } from '../support/workplace.ts'

const hour = 3600e6
const start = Date.UTC(2026, 10, 1) * 1000
/** Every hour is a period of its own, of several buckets. */
const narrow = { ...logPolicy, bucketSizeBytes: 1, frameSizeBytes: 4096 }

/** Events of several hours, batch by batch, each folded as it comes; some are rolled up. */
async function makeArchive(): Promise<TestPlace> {
  const place = makePlace({ foldObjectsMax: 1, recentMax: 4, compactRunsMin: 2, rollupPartsMin: 2 })
  await setPolicies(place, [{ ...narrow, pattern: 'web/**' }, narrow])
  for (let batch = 0; batch < 6; batch++) {
    const lines = Array.from({ length: 40 }, (_, i) => {
      const time = start + (i % 5) * hour + batch * 1e6
      const stream = i % 2 === 0 ? 'web/eu' : 'ssh'
      const id = i % 7 === 0 ? `,"@id":"${i}"` : ''
      const rest = `"n":${i},"user":"u${batch}","pad":"${'x'.repeat(30)}"`
      return `{"@time":${time},"@stream":"${stream}"${id},${rest}}`
    })
    await appendBatch(place, lines)
    if (batch === 3) await new Member(place).once()
    else await fold(place, new Set())
  }
  await appendBatch(place, [`{"@time":${start},"@stream":"fresh","n":1}`])
  return place
}

/** Answers of every kind but hours, whose bounds are those of indexes; without receipts. */
async function answersOf(place: TestPlace): Promise<object> {
  const reader = createReader({ ...place, fleet: undefined })
  const lines: string[] = []
  for await (const hit of reader.search({ query: 'user:u2' })) lines.push(hit.line.toString())
  const answers = await Promise.all([
    reader.count({ query: 'n:3' }),
    reader.count({}),
    reader.histogram({ interval: 'hour' }),
    reader.values({ field: 'user' }),
    reader.streams(),
    reader.fields(),
    reader.terms({ term: 'u2' }),
  ])
  return { lines, answers: answers.map(({ receipt, ...answer }) => ({ ...answer })) }
}

/** Every object under these prefixes. */
async function objectsOf(place: TestPlace, ...prefixes: string[]): Promise<Map<string, string>> {
  const objects = new Map<string, string>()
  const keys = await Promise.all(prefixes.map(prefix => keysUnder(place.store, prefix)))
  for (const key of keys.flat())
    objects.set(key, (await place.store.get(key))!.bytes.toString('base64'))
  return objects
}

test('without catalog, indexes and manifests it is rebuilt and answers as before', async () => {
  const place = await makeArchive()
  await new Member(place).once()
  const [lines, answers] = [await archiveLines(place.store), await answersOf(place)]
  const before = await catalogOf(place)
  assert.ok(before.rollups.length > 0)
  const gone = await objectsOf(place, 'index/', 'manifests/')
  await place.store.delete([catalogKey, ...gone.keys()])

  const report = await rebuild(place)

  assert.equal(report.catalog, 'made')
  assert.deepEqual([report.unreadable, report.lostBuckets, report.leftOut], [[], [], []])
  assert.deepEqual(report.policies, before.policies)
  assert.deepEqual(await archiveLines(place.store), lines)
  assert.deepEqual(await answersOf(place), answers)
  // What is made again is what it was; the indexes of roll-ups wait for the brigade.
  for (const [key, bytes] of await objectsOf(place, 'index/'))
    assert.equal(bytes, gone.get(key) ?? bytes)
  await new Member(place).once()
  assert.deepEqual(await answersOf(place), answers)
  assert.deepEqual((await rebuild(place)).indexedRuns, 0)
})
