import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cancelStaleClaims } from '../../lib/brigade/job.ts'
import { Member } from '../../lib/brigade/member.ts'
import { rollUp } from '../../lib/brigade/roll-up.ts'
import { putMask } from '../../lib/mask/put-mask.ts'
import { archiveLines, keysUnder } from '../support/archive-lines.ts'
import { appendBatch, catalogOf, setPolicies } from '../support/brigade-place.ts'
import { makePlace, type TestPlace, testStartMicros } from '../support/workplace.ts'

const hour = 3600e6
const policy = { pattern: '**', bucketSizeBytes: 1, frameSizeBytes: 4096, periodMicros: hour }
/** So small that an index has several parts. */
const settings = { rollupPartsMin: 2, indexPartBytes: 16 * 1024 }
const none = new Set<string>()
const runs = 3
const linesARun = 5000

/** Runs of one hour that is over, with many words that no other event has. */
async function hourOfRuns(): Promise<{ place: TestPlace; lines: string[] }> {
  const place = makePlace({ ...settings, compactHourBytesMax: 0 })
  await setPolicies(place, [policy])
  const member = new Member(place)
  const lines: string[] = []
  for (let run = 0; run < runs; run++) {
    const some = Array.from({ length: linesARun }, (_, i) => {
      const words = `a${run}x${i} b${run}x${i * 7} c${run}x${i * 13}`
      return `{"@time":${testStartMicros + i * 1000},"@stream":"s","message":"${words}"}`
    })
    await appendBatch(place, some)
    await member.once()
    lines.push(...some)
  }
  place.clock.advance(3 * 3600e3)
  return { place, lines: lines.sort() }
}

/** A shift that is over as soon as the first part is made. */
const short = AbortSignal.abort()

test('a roll-up that takes longer than a shift is gone on with by the next ones', async () => {
  const { place, lines } = await hourOfRuns()

  const shifts: (number | undefined)[] = []
  while (shifts.at(-1) !== runs) shifts.push(await rollUp(place, none, short))

  assert.ok(shifts.length >= 4, `${shifts.length} shifts`)
  const { rollups, claims } = await catalogOf(place)
  assert.deepEqual([rollups.length, rollups[0]!.runCount, claims.length], [1, runs, 0])
  assert.equal((await keysUnder(place.store, 'index/')).length > shifts.length, true)
  assert.deepEqual((await archiveLines(place.store)).sort(), lines)
})

test('it makes the objects that one long shift would have made', async () => {
  const [short1, long] = [await hourOfRuns(), await hourOfRuns()]

  while ((await rollUp(short1.place, none, short)) !== runs);
  await rollUp(long.place, none)

  const [a, b] = [await catalogOf(short1.place), await catalogOf(long.place)]
  const { id: _a, index: indexA, manifests: manifestsA, ...restA } = a.rollups[0]!
  const { id: _b, index: indexB, manifests: manifestsB, ...restB } = b.rollups[0]!
  assert.deepEqual(indexA.terms, indexB.terms)
  assert.deepEqual([restA.startMicros, restA.endMicros], [restB.startMicros, restB.endMicros])
  assert.equal(manifestsA.length, manifestsB.length)
})

test('a roll-up of a member that died is gone on with once its claim looks stale', async () => {
  const { place, lines } = await hourOfRuns()
  await rollUp(place, none, short)
  const [claim] = (await catalogOf(place)).claims
  const store = dyingAfter(place, 2)
  await assert.rejects(rollUp({ ...place, store }, none, undefined), /died/)

  assert.equal(await rollUp(place, none), undefined)
  place.clock.advance(place.settings.claimStaleMillis + 1)
  await cancelStaleClaims(place)
  assert.equal(await rollUp(place, none), runs)

  const { rollups } = await catalogOf(place)
  assert.equal(rollups[0]!.id, `${claim!.jobId}/0`)
  assert.deepEqual((await archiveLines(place.store)).sort(), lines)
})

test('what was begun with other settings is given up and begun anew', async () => {
  const { place, lines } = await hourOfRuns()
  await rollUp(place, none, short)
  const [claim] = (await catalogOf(place)).claims
  const other = { ...place, settings: { ...place.settings, indexPartBytes: 2 ** 20 } }

  assert.equal(await rollUp(other, none), 0)
  assert.equal(await rollUp(other, none), runs)

  const { rollups, cancelled } = await catalogOf(place)
  assert.notEqual(rollups[0]!.id, `${claim!.jobId}/0`)
  assert.deepEqual(
    cancelled.map(({ jobId }) => jobId),
    [claim!.jobId],
  )
  assert.deepEqual((await archiveLines(place.store)).sort(), lines)
})

test('no erasure waits for a roll-up that was left', async () => {
  const { place, lines } = await hourOfRuns()
  await rollUp(place, none, short)
  await putMask(place, { erasureId: 'e', selection: { stream: 's', query: 'a0x7' } })

  const { rewrittenParts } = await new Member(place).once()

  assert.equal(rewrittenParts, runs)
  const left = (await archiveLines(place.store)).sort()
  assert.deepEqual(
    left,
    lines.filter(line => !line.includes('"a0x7 ')),
  )
})

/** A store whose process dies at its next but so many objects. */
function dyingAfter({ store }: TestPlace, creates: number): TestPlace['store'] {
  let left = creates
  return new Proxy(store, {
    get: (target, name) => {
      const member = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...given: unknown[]) => {
        if (name === 'create' && left-- === 0) throw new Error('died')
        return Reflect.apply(member, target, given)
      }
    },
  })
}
