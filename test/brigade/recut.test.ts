import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Member } from '../../lib/brigade/member.ts'
import { recut } from '../../lib/brigade/recut.ts'
import { logPolicy, type Policy } from '../../lib/core/policy.ts'
import { archiveLines, keysUnder } from '../support/archive-lines.ts'
import { appendBatch, catalogOf, setPolicies } from '../support/brigade-place.ts'
import { makePlace, type TestPlace, testStartMicros } from '../support/workplace.ts'

const hour = 3600e6
const all: Policy = { ...logPolicy, frameSizeBytes: 4096, bucketSizeBytes: 4096 }

/** Two days of two streams, an event of each an hour, of lines that hardly compress. */
async function filled(place: TestPlace, policies: readonly Policy[] = [all]): Promise<string[]> {
  await setPolicies(place, policies)
  await appendBatch(
    place,
    Array.from({ length: 96 }, (_, i) => {
      const micros = testStartMicros - 48 * hour + Math.floor(i / 2) * hour
      const text = Buffer.from(place.random.bytes(1500)).toString('hex')
      return `{"@time":${micros},"@stream":"${i % 2 ? 'user/1' : 'web'}","text":"${text}"}`
    }),
  )
  await new Member(place).once()
  return await archiveLines(place.store)
}

test('streams that fall to another policy are cut apart, and no event is lost', async () => {
  const place = makePlace()
  const wide = { ...all, bucketSizeBytes: 2 ** 20 }
  const lines = await filled(place, [wide])
  await setPolicies(place, [{ ...wide, pattern: 'user/**' }, wide])

  const { recutRuns } = await new Member(place).once()

  assert.equal(recutRuns, 1)
  const { runs } = await catalogOf(place)
  assert.deepEqual(runs.map(run => run.policy).sort(), ['**', 'user/**'])
  for (const { policy, buckets } of runs) {
    for (const { firstStream, lastStream } of buckets) {
      const stream = policy === '**' ? 'web' : 'user/1'
      assert.deepEqual([firstStream, lastStream], [stream, stream])
    }
  }
  assert.deepEqual(await archiveLines(place.store), lines)
  assert.equal(await recut(place, new Set()), 0)
})

test('other sizes and narrower periods are taken over', async () => {
  const place = makePlace()
  const lines = await filled(place, [
    { ...all, bucketSizeBytes: 2 ** 30, periodMicros: 31 * 24 * hour },
  ])
  const frames = (await catalogOf(place)).runs[0]!.buckets[0]!.frameCount
  await setPolicies(place, [{ ...all, frameSizeBytes: 64 * 1024 }])

  await new Member(place).once()

  const { runs } = await catalogOf(place)
  assert.ok(runs.length > 1, `${runs.length} runs`)
  const found = runs.flatMap(run => run.buckets).reduce((sum, each) => sum + each.frameCount, 0)
  assert.ok(found < frames, `${found} frames of ${frames}`)
  assert.deepEqual(await archiveLines(place.store), lines)
})

test('a run that the change leaves as it is gets a new label and no new bytes', async () => {
  const place = makePlace()
  await filled(place)
  const buckets = await keysUnder(place.store, 'buckets/')
  const before = (await catalogOf(place)).runs
  await setPolicies(place, [{ ...all, pattern: 'v/**' }, all])

  const count = await recut(place, new Set())

  const after = (await catalogOf(place)).runs
  assert.equal(count, before.length)
  assert.notEqual(after[0]!.domain, before[0]!.domain)
  assert.deepEqual(after.map(({ id }) => id).sort(), before.map(({ id }) => id).sort())
  assert.deepEqual(await keysUnder(place.store, 'buckets/'), buckets)
})

test('a pass cuts a bounded part anew, the newest first', async () => {
  const place = makePlace({ recutBytesMax: 1 })
  await filled(place, [all])
  const before = (await catalogOf(place)).runs
  assert.ok(before.length > 2)
  const newest = Math.max(...before.map(run => run.startMicros))
  await setPolicies(place, [{ ...all, frameSizeBytes: 8192 }])

  const count = await recut(place, new Set())

  const left = (await catalogOf(place)).runs.filter(run => before.some(({ id }) => id === run.id))
  assert.equal(count, 1)
  assert.equal(left.length, before.length - 1)
  assert.ok(left.every(run => run.startMicros < newest))
})

test('a run that cannot be read is left as it is and named', async () => {
  const place = makePlace()
  await filled(place)
  const [run] = (await catalogOf(place)).runs
  const { key } = run!.buckets[0]!
  const bytes = (await place.store.get(key))!.bytes.map((byte, i) => (i === 100 ? byte ^ 1 : byte))
  await place.store.delete([key])
  await place.store.create(key, bytes)
  await setPolicies(place, [{ ...all, frameSizeBytes: 8192 }])

  const { damaged } = await new Member(place).once()

  assert.deepEqual(damaged, [run!.id])
  assert.deepEqual((await catalogOf(place)).claims, [])
  assert.ok((await catalogOf(place)).runs.some(({ id }) => id === run!.id))
})
