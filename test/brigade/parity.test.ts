import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compact } from '../../lib/brigade/compact.ts'
import { fold } from '../../lib/brigade/fold.ts'
import { recut } from '../../lib/brigade/recut.ts'
import { footerBytesOf } from '../../lib/bucket/footer.ts'
import { checkParity } from '../../lib/bucket/parity-check.ts'
import { openBucket } from '../../lib/bucket/reader.ts'
import { isRecordKey, ownerOfBucket } from '../../lib/store/keys.ts'
import { archiveLines, keysUnder } from '../support/archive-lines.ts'
import { appendBatch, catalogOf, setPolicies } from '../support/brigade-place.ts'
import {
  guardedArchive,
  guardedBucket,
  guardedLines,
  guardedPolicy,
  spoilFrames,
} from '../support/guarded-archive.ts'
import { findingsOf, flipByte } from '../support/operated-archive.ts'
import { makePlace, type TestPlace, testStartMicros } from '../support/workplace.ts'

/** Whether each sealed bucket has parity; what has it is checked. */
async function hasParity(place: TestPlace): Promise<boolean[]> {
  const keys = (await keysUnder(place.store, 'buckets/')).filter(key => !isRecordKey(key))
  return await Promise.all(
    keys.map(async key => {
      const { bytes } = (await place.store.get(key))!
      const directory = openBucket(bytes, ownerOfBucket(key))
      checkParity(directory, bytes)
      return directory.parity !== undefined
    }),
  )
}

test('buckets have parity where their policy says so, and fresh ones never', async () => {
  const place = makePlace()
  const { parity: _, ...plain } = guardedPolicy
  await setPolicies(place, [{ ...guardedPolicy, pattern: 's/1' }, plain])
  const tailKey = await appendBatch(place, guardedLines())
  const fresh = openBucket((await place.store.get(tailKey))!.bytes, ownerOfBucket(tailKey))
  assert.equal(fresh.parity, undefined)

  await fold(place, new Set())

  assert.deepEqual((await hasParity(place)).sort(), [false, true])
  for (const run of (await catalogOf(place)).runs) {
    for (const { key, sizeBytes, footerBytes } of run.buckets) {
      const { bytes } = (await place.store.get(key))!
      assert.deepEqual([sizeBytes, footerBytes], [bytes.length, footerBytesOf(bytes)])
    }
    assert.equal(run.cut.endsWith(' parity'), run.policy === 's/1')
  }
  assert.deepEqual(await findingsOf(place), [])
})

test('what lies is cut anew when its policy takes up parity, and when it drops it', async () => {
  const { parity: _, ...plain } = guardedPolicy
  const place = await guardedArchive({}, plain)
  const before = await archiveLines(place.store)
  for (const [policy, guarded] of [
    [guardedPolicy, true],
    [plain, false],
  ] as const) {
    await setPolicies(place, [policy])

    assert.equal(await recut(place, new Set()), 1)

    assert.equal((await guardedBucket(place)).directory.parity !== undefined, guarded)
    assert.deepEqual(await archiveLines(place.store), before)
    assert.equal(await recut(place, new Set()), 0)
  }
})

test('a compaction takes in what parity heals, and leaves what it does not', async () => {
  const place = await guardedArchive({ compactRunsMin: 2 })
  await appendBatch(place, guardedLines(testStartMicros + 500))
  await fold(place, new Set())
  const before = await archiveLines(place.store)
  const { ref, directory } = await guardedBucket(place)
  await spoilFrames(place, ref.key, [directory.frames[3]!, directory.frames[40]!])
  await flipByte(place.store, ref.key, -1)

  assert.equal(await compact(place, new Set()), 2)

  assert.deepEqual(await archiveLines(place.store), before)
  assert.deepEqual(
    (await findingsOf(place)).filter(each => each.kind !== 'orphan'),
    [],
  )
})

test('a run with two damaged frames in a group stays as it is', async () => {
  const place = await guardedArchive({ compactRunsMin: 2 })
  await appendBatch(place, guardedLines(testStartMicros + 500))
  await fold(place, new Set())
  const { run, ref, directory } = await guardedBucket(place)
  await spoilFrames(place, ref.key, directory.frames.slice(3, 5))
  const damaged = new Set<string>()

  assert.equal(await compact(place, damaged), 0)

  assert.deepEqual([...damaged], [run.id])
})
