import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimJob } from '../../lib/brigade/job.ts'
import { Member } from '../../lib/brigade/member.ts'
import { loadManifest } from '../../lib/catalog/manifest.ts'
import { putMask } from '../../lib/mask/put-mask.ts'
import { isFault } from '../../lib/operate/finding.ts'
import { repair } from '../../lib/operate/repair.ts'
import { indexPrefix, recordKey } from '../../lib/store/keys.ts'
import { archiveLines } from '../support/archive-lines.ts'
import { catalogOf } from '../support/brigade-place.ts'
import {
  framesOfGroups,
  guardedArchive,
  guardedBucket,
  guardedCount,
  spoilFrames,
} from '../support/guarded-archive.ts'
import {
  allKeys,
  findingsOf,
  flipByte,
  operatedArchive,
  overwrite,
} from '../support/operated-archive.ts'
import { readerOf } from '../support/read-archive.ts'
import type { TestPlace } from '../support/workplace.ts'

async function repaired(place: TestPlace) {
  return await repair(place, await findingsOf(place))
}

async function faultsOf(place: TestPlace) {
  return (await findingsOf(place)).filter(isFault)
}

/** Ways to break one object. */
const breaks: Readonly<Record<string, (place: TestPlace, key: string) => Promise<void>>> = {
  gone: (place, key) => place.store.delete([key]),
  'flipped at its end': (place, key) => flipByte(place.store, key, -30),
  'flipped at its beginning': (place, key) => flipByte(place.store, key, 20),
  cut: async ({ store }, key) =>
    overwrite(store, key, (await store.get(key))!.bytes.subarray(0, -3)),
}

for (const [how, breakOne] of Object.entries(breaks)) {
  test(`every index, summary, manifest and record that is ${how} is made anew`, async () => {
    const { store } = await operatedArchive()
    const keys = (await allKeys(store)).filter(
      key => key.startsWith(indexPrefix) || key.startsWith('manifests/') || key.endsWith('_record'),
    )
    assert.ok(keys.length > 12, `${keys.length} objects`)
    for (const key of keys) {
      const place = await operatedArchive()
      const lines = await archiveLines(place.store)
      await breakOne(place, key)
      const found = [...new Set((await faultsOf(place)).map(each => each.object))]
      assert.deepEqual(found, [key])

      const report = await repaired(place)

      assert.deepEqual([report.left, report.repaired.length > 0], [[], true], key)
      assert.deepEqual(await faultsOf(place), [], key)
      assert.deepEqual(await archiveLines(place.store), lines, key)
    }
  })
}

test('many broken things at once are all repaired, and the brigade goes on', async () => {
  const place = await operatedArchive()
  const lines = await archiveLines(place.store)
  for (const key of await allKeys(place.store))
    if (/^index|_record$/.test(key)) await flipByte(place.store, key, -40)

  const { left } = await repaired(place)

  assert.deepEqual(left, [])
  await new Member(place).once()
  assert.deepEqual(await faultsOf(place), [])
  assert.deepEqual(await archiveLines(place.store), lines)
  assert.ok((await catalogOf(place)).rollups.length > 0)
})

test('what parity heals is written anew, footer and parity included', async () => {
  for (const spoil of [
    async (place: TestPlace) => {
      const { ref, directory } = await guardedBucket(place)
      const [[first], other] = framesOfGroups(directory)
      await spoilFrames(place, ref.key, [first!, other])
    },
    async (place: TestPlace) => flipByte(place.store, (await guardedBucket(place)).ref.key, -1),
    async (place: TestPlace) => {
      const { ref, directory } = await guardedBucket(place)
      await flipByte(place.store, ref.key, directory.parity![0]!.startByte)
    },
  ]) {
    const place = await guardedArchive()
    const lines = await archiveLines(place.store)
    const old = (await guardedBucket(place)).ref.key
    await spoil(place)

    const report = await repaired(place)

    assert.deepEqual([report.left, report.repaired.length], [[], 1])
    assert.ok(report.repaired[0]!.keys.includes(old))
    assert.notEqual((await guardedBucket(place)).ref.key, old)
    assert.deepEqual(await faultsOf(place), [])
    assert.deepEqual(await archiveLines(place.store), lines)
    const { count, healed } = await readerOf(place.store).count({ query: 'n:/\\d/' })
    assert.deepEqual([count, healed], [guardedCount, []])
  }
})

test('runs of a roll-up that heal leave it, and the others stay in it', async () => {
  const place = await operatedArchive({}, true)
  const lines = await archiveLines(place.store)
  const { rollups } = await catalogOf(place)
  const rollup = rollups.find(each => each.runCount > 1)!
  const [run] = await loadManifest(place.store, rollup.manifests[0]!)
  const { key } = run!.buckets[0]!
  await flipByte(place.store, key, 20)

  const report = await repaired(place)

  assert.deepEqual(report.left, [])
  const after = await catalogOf(place)
  const rest = after.rollups.find(each => !rollups.some(({ id }) => id === each.id))!
  assert.equal(rest.runCount, rollup.runCount - 1)
  assert.deepEqual(await faultsOf(place), [])
  assert.deepEqual(await archiveLines(place.store), lines)
})

test('what cannot be read stays as it is and is named, and the rest is repaired', async () => {
  const place = await guardedArchive()
  const { run, ref, directory } = await guardedBucket(place)
  const [[first, second]] = framesOfGroups(directory)
  await spoilFrames(place, ref.key, [first!, second!])
  await flipByte(place.store, ref.key, -1)
  await place.store.delete([run.summary.key])

  const report = await repaired(place)

  assert.deepEqual(
    report.left.map(({ object }) => object).sort(),
    [ref.key, run.summary.key].sort(),
  )
  assert.match(report.left.map(({ reason }) => reason).join(), /not all of its events can be read/)
  assert.deepEqual((await catalogOf(place)).runs, [run])
  assert.deepEqual((await catalogOf(place)).claims, [])
})

test('a part that another job works on is left to it', async () => {
  const place = await guardedArchive()
  const { run, ref, directory } = await guardedBucket(place)
  await spoilFrames(place, ref.key, [directory.frames[0]!])
  await claimJob(place, 'compact', () => [run.id])

  const report = await repaired(place)

  assert.match(report.left[0]!.reason, /another job works on it/)
  assert.deepEqual(report.repaired, [])
})

test('a repair while a mask stands leaves out what it hides', async () => {
  const place = await guardedArchive()
  const { ref, directory } = await guardedBucket(place)
  await spoilFrames(place, ref.key, [directory.frames[0]!])
  await putMask(place, { erasureId: 'e', selection: { stream: 's/0' } })

  assert.deepEqual((await repaired(place)).left, [])

  const lines = await archiveLines(place.store)
  assert.equal(lines.length, guardedCount - 50)
  const { runs, maskSeq } = await catalogOf(place)
  assert.deepEqual(
    runs.map(each => each.maskSeq),
    [maskSeq],
  )
})

test('stale claims are cancelled and what nothing refers to is collected', async () => {
  const place = await guardedArchive()
  await claimJob(place, 'compact', () => [])
  place.clock.advance(place.settings.claimStaleMillis + 1000)
  await place.store.create('index/LOST/000000', Buffer.from('x'))
  assert.deepEqual((await findingsOf(place)).map(({ kind }) => kind).sort(), [
    'orphan',
    'stale-claim',
  ])

  const report = await repaired(place)

  assert.deepEqual([report.left, report.repaired.length], [[], 2])
  assert.deepEqual(await findingsOf(place), [])
})

test('a record that lost its object is made with its run, and a rebuild believes it', async () => {
  const place = await guardedArchive()
  const { run } = await guardedBucket(place)
  await place.store.delete([recordKey(run.id.split('/')[0]!)])

  assert.deepEqual((await repaired(place)).left, [])

  assert.deepEqual(await faultsOf(place), [])
})
