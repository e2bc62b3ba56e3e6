import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compact } from '../../lib/brigade/compact.ts'
import { fold } from '../../lib/brigade/fold.ts'
import { cancelStaleClaims } from '../../lib/brigade/job.ts'
import { Member } from '../../lib/brigade/member.ts'
import { recut } from '../../lib/brigade/recut.ts'
import { rollUp } from '../../lib/brigade/roll-up.ts'
import { sweepTail } from '../../lib/brigade/sweep.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { logPolicy, type Policy } from '../../lib/core/policy.ts'
import { isFault } from '../../lib/operate/finding.ts'
import { rebuild } from '../../lib/operate/rebuild.ts'
import { createReader } from '../../lib/read/reader.ts'
import { catalogKey, indexPrefix } from '../../lib/store/keys.ts'
import type { Store } from '../../lib/store/store.ts'
import { Dice } from '../oracle/dice.ts'
import { allAnswers } from '../support/all-answers.ts'
import { archiveLines, keysUnder } from '../support/archive-lines.ts'
import { appendBatch, catalogOf, setPolicies } from '../support/brigade-place.ts'
import { findingsOf } from '../support/operated-archive.ts'
import { makePlace, type TestPlace } from '../support/workplace.ts'

const seeds = 6
const stepsMax = 24
const hour = 3600e6

/** Policies a history begins with or changes to: sizes, periods and parity differ. */
const policies: readonly (readonly Policy[])[] = [
  [{ ...logPolicy, bucketSizeBytes: 1, frameSizeBytes: 300 }],
  [{ ...logPolicy, bucketSizeBytes: 1, frameSizeBytes: 150, parity: true }],
  [
    { ...logPolicy, pattern: 's/*', bucketSizeBytes: 2000, frameSizeBytes: 200 },
    { ...logPolicy, bucketSizeBytes: 1, frameSizeBytes: 4096, periodMicros: 24 * hour },
  ],
]

/** Plays a history of appends and jobs, some of which were cut off. */
async function play(dice: Dice): Promise<TestPlace> {
  const place = makePlace({
    foldObjectsMax: 2,
    recentMax: 3,
    compactRunsMin: 2,
    rollupPartsMin: 2,
    manifestBucketsMax: 3,
    claimStaleMillis: 0,
  })
  await setPolicies(place, dice.pick(policies))
  const steps: (() => Promise<unknown>)[] = [
    () => appendBatch(place, linesOf(place, dice)),
    () => appendBatch(place, linesOf(place, dice)),
    () => fold(place, new Set()),
    () => cutOff(place, dice),
    () => compact(place, new Set()),
    () => rollUp(place, new Set()),
    () => sweepTail(place),
    () => new Member(place).once(),
    () => setPolicies(place, dice.pick(policies)),
    () => recut(place, new Set()),
    async () => place.clock.advance(dice.below(3 * 3600e3)),
  ]
  await steps[0]!()
  await fold(place, new Set())
  for (let step = 0; step < stepsMax; step++) await dice.pick(steps)()
  // What was cut off is known to be given up, as it is a moment later.
  place.clock.advance(1)
  await cancelStaleClaims(place)
  return place
}

function linesOf(place: TestPlace, dice: Dice): string[] {
  const now = place.clock.nowMicros()
  return Array.from({ length: 1 + dice.below(12) }, () => {
    const micros = now - dice.below(6) * hour + dice.below(1000)
    const id = dice.chance(0.3) ? `,"@id":"${dice.below(5)}"` : ''
    const rest = `"n":${dice.below(20)},"word":"${dice.pick(['x', 'y', 'x y'])}"`
    return `{"@time":${micros},"@stream":"${dice.pick(['s/1', 's/2', 't'])}"${id},${rest}}`
  })
}

/** A fold, compaction or roll-up whose process dies at some put: its outputs lie about. */
async function cutOff(place: TestPlace, dice: Dice): Promise<void> {
  let putsLeft = 1 + dice.below(6)
  const put = async <T>(work: () => Promise<T>): Promise<T> => {
    if (putsLeft-- > 0) return await work()
    throw new Error('killed')
  }
  const { store } = place
  const dying = Object.assign(Object.create(store) as Store, {
    create: (key: string, bytes: Buffer) => put(() => store.create(key, bytes)),
    replace: (key: string, bytes: Buffer, etag: string) =>
      put(() => store.replace(key, bytes, etag)),
    get: store.get.bind(store),
    getIfChanged: store.getIfChanged.bind(store),
    list: store.list.bind(store),
    delete: store.delete.bind(store),
  })
  const job = dice.pick([fold, compact, rollUp])
  await job({ ...place, store: dying }, new Set()).catch(fault => {
    if ((fault as Error).message !== 'killed') throw fault
  })
}

async function answersOf(place: TestPlace) {
  const { hours: _, ...answers } = await allAnswers(createReader({ ...place, fleet: undefined }))
  return answers
}

/** Every object under `index/`. */
async function indexesOf(place: TestPlace): Promise<Map<string, string>> {
  const objects = new Map<string, string>()
  for (const key of await keysUnder(place.store, indexPrefix))
    objects.set(key, (await place.store.get(key))!.bytes.toString('base64'))
  return objects
}

/** Counts again and again: each answer is right, or there is none for want of a catalog. */
async function readMeanwhile(place: TestPlace, count: number, isOver: () => boolean) {
  let answers = 0
  while (!isOver()) {
    try {
      const reader = createReader({ ...place, fleet: undefined })
      const answer = await reader.count({ query: 'n:*' })
      assert.deepEqual([answer.count, answer.damage], [count, []])
      answers++
    } catch (fault) {
      if (!(fault instanceof ArchiveError) || fault.code !== 'unavailable') throw fault
    }
    await new Promise(resolve => setImmediate(resolve))
  }
  return answers
}

async function rebuildWhileRead(place: TestPlace, count: number): Promise<void> {
  let isOver = false
  const reading = readMeanwhile(place, count, () => isOver)
  const report = await rebuild(place, { leaveOut: true }).finally(() => {
    isOver = true
  })
  await reading
  const { lostBuckets, damagedRecords, unreadable } = report
  assert.deepEqual([lostBuckets, damagedRecords, unreadable], [[], [], []])
}

test('after any history, without catalog and indexes it is made anew as it was', async () => {
  let rollupCount = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const place = await play(new Dice(seed))
    const what = `seed ${seed}`
    const [lines, answers] = [await archiveLines(place.store), await answersOf(place)]
    const { count } = await createReader({ ...place, fleet: undefined }).count({ query: 'n:*' })
    assert.ok(count > 0)
    const before = await catalogOf(place)
    rollupCount += before.rollups.length
    const gone = await indexesOf(place)
    await place.store.delete([catalogKey, ...gone.keys()])

    await rebuildWhileRead(place, count)

    assert.deepEqual(await archiveLines(place.store), lines, what)
    assert.deepEqual(await answersOf(place), answers, what)
    const faults = (await findingsOf(place)).filter(isFault)
    assert.deepEqual(faults, [], what)
    const made = await indexesOf(place)
    for (const [key, bytes] of made) assert.equal(bytes, gone.get(key) ?? bytes, `${what} ${key}`)
    // Those of the runs that were open are all there, under their names.
    for (const run of before.runs)
      for (const { key } of [run.index, run.summary])
        assert.equal(made.get(key), gone.get(key), what)

    await place.store.delete([catalogKey, ...made.keys()])
    await rebuildWhileRead(place, count)

    assert.deepEqual(await indexesOf(place), made, `${what}, once more`)
    await new Member(place).once()
    assert.deepEqual(await archiveLines(place.store), lines, what)
    assert.deepEqual(await answersOf(place), answers, what)
  }
  assert.ok(rollupCount > 0, 'no history had a roll-up')
})
