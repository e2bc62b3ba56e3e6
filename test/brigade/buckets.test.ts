import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fold } from '../../lib/brigade/fold.ts'
import type { Directory } from '../../lib/bucket/directory.ts'
import { openBucket } from '../../lib/bucket/reader.ts'
import { logPolicy, timelinePolicy } from '../../lib/core/policy.ts'
import { seededRandom } from '../../lib/core/random.ts'
import { isRecordKey, ownerOfBucket } from '../../lib/store/keys.ts'
import { archiveLines, keysUnder, linesAt } from '../support/archive-lines.ts'
import { appendBatch, catalogOf, setPolicies } from '../support/brigade-place.ts'
import { lineOrder } from '../support/bucket-lines.ts'
import { makePlace, type TestPlace, testStartMicros } from '../support/workplace.ts'

const random = seededRandom(3)

/** An event that zstd cannot make smaller than about 150 bytes. */
function noise(time: number, stream: string): string {
  const text = Buffer.from(random.bytes(150)).toString('base64')
  return `{"@time":${testStartMicros + time},"@stream":"${stream}","x":"${text}"}`
}

async function directories(place: TestPlace): Promise<Directory[]> {
  const keys = (await keysUnder(place.store, 'buckets/')).filter(key => !isRecordKey(key))
  return Promise.all(
    keys.map(async key => openBucket((await place.store.get(key))!.bytes, ownerOfBucket(key))),
  )
}

test('the first bucket of a job says what it took, the last how many it made', async () => {
  const place = makePlace()
  const bucketSizeBytes = 20_000
  await setPolicies(place, [{ ...logPolicy, bucketSizeBytes, frameSizeBytes: 2_000 }])
  const batches = Array.from({ length: 12 }, (_, batch) =>
    Array.from({ length: 40 }, (_, i) => noise(batch * 1000 + i, 'a')),
  )
  const keys: string[] = []
  for (const batch of batches) keys.push(await appendBatch(place, batch))

  await fold(place, new Set())

  const found = await directories(place)
  assert.ok(found.length >= 3, `${found.length} buckets`)
  const { runs, recent } = await catalogOf(place)
  assert.deepEqual(
    found.map(directory => directory.lineage),
    found.map((_, i) => ({
      ...(i === 0 && { inputs: recent }),
      ...(i === found.length - 1 && { outputs: found.length }),
    })),
  )
  assert.equal(recent.length, keys.length)
  const buckets = runs.flatMap(run => run.buckets)
  assert.equal(buckets.length, found.length)
  for (const bucket of buckets.slice(0, -1)) {
    assert.ok(bucket.sizeBytes >= bucketSizeBytes && bucket.sizeBytes < 2 * bucketSizeBytes)
  }
})

test('the buckets of a run continue each other in line order', async () => {
  const place = makePlace()
  await setPolicies(place, [{ ...logPolicy, bucketSizeBytes: 10_000, frameSizeBytes: 1_000 }])
  const sent: string[] = []
  for (let batch = 0; batch < 6; batch++) {
    const lines = Array.from({ length: 60 }, (_, i) => noise(batch * 1000 + i, `s${batch % 3}`))
    sent.push(...lines)
    await appendBatch(place, lines)
  }

  await fold(place, new Set())

  for (const run of (await catalogOf(place)).runs) {
    assert.ok(run.buckets.length > 1)
    const parts = await Promise.all(run.buckets.map(each => linesAt(place.store, each.key)))
    assert.deepEqual(parts.flat(), parts.flat().sort(lineOrder))
    run.buckets.forEach((bucket, i) => {
      assert.equal(bucket.firstStream, JSON.parse(parts[i]![0]!)['@stream'])
      assert.equal(bucket.lastStream, JSON.parse(parts[i]!.at(-1)!)['@stream'])
    })
  }
  assert.deepEqual(await archiveLines(place.store), sent.sort())
})

test('each stream lies in a run of its policy, in frames of the policy’s size', async () => {
  const place = makePlace()
  const small = { ...timelinePolicy, pattern: 'user/**', frameSizeBytes: 1_000 }
  await setPolicies(place, [small, { ...logPolicy, frameSizeBytes: 8_000 }])
  const lines = Array.from({ length: 200 }, (_, i) => noise(i, i % 2 ? `user/${i % 8}` : 'web'))
  await appendBatch(place, lines)

  await fold(place, new Set())

  const { runs } = await catalogOf(place)
  assert.deepEqual(runs.map(run => run.policy).sort(), ['**', 'user/**'])
  const framesOf = async (policy: string) => {
    const [bucket] = runs.find(run => run.policy === policy)!.buckets
    const object = await place.store.get(bucket!.key)
    const directory = openBucket(object!.bytes, ownerOfBucket(bucket!.key))
    for (const { stream } of directory.streams) {
      assert.equal(stream.startsWith('user/'), policy === 'user/**')
    }
    return directory.frames.map(frame => frame.rawBytes)
  }
  assert.ok(Math.max(...(await framesOf('user/**'))) <= 1_000)
  const large = Math.max(...(await framesOf('**')))
  assert.ok(large > 7_000 && large <= 8_000)
})

test('much data is cut into narrow periods, little into wide ones', async () => {
  const place = makePlace()
  await setPolicies(place, [{ ...logPolicy, bucketSizeBytes: 1_000 }])
  const hour = 3600e6
  const busy = Array.from({ length: 60 }, (_, i) => noise((i % 3) * hour + i, 'a'))
  const past = `{"@time":"2001-05-05T00:00:00Z","@stream":"a"}`
  await appendBatch(place, [...busy, past])

  await fold(place, new Set())

  const widths = (await catalogOf(place)).runs.map(run => (run.endMicros - run.startMicros) / hour)
  assert.deepEqual(
    widths.sort((a, b) => a - b),
    [1, 1, 1, 365 * 24],
  )
})
