import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasGaps } from '../../lib/brigade/choose-rollup.ts'
import { fold } from '../../lib/brigade/fold.ts'
import { Member } from '../../lib/brigade/member.ts'
import { makeWay, rewrite } from '../../lib/brigade/rewrite.ts'
import { rollUp } from '../../lib/brigade/roll-up.ts'
import { putMask } from '../../lib/mask/put-mask.ts'
import { isFault } from '../../lib/operate/finding.ts'
import { rebuild } from '../../lib/operate/rebuild.ts'
import { catalogKey } from '../../lib/store/keys.ts'
import { archiveLines } from '../support/archive-lines.ts'
import { appendBatch, catalogOf, setPolicies } from '../support/brigade-place.ts'
import { findingsOf } from '../support/operated-archive.ts'
import { linesOf, readerOf } from '../support/read-archive.ts'
import { makePlace, type TestPlace, testStartMicros } from '../support/workplace.ts'

const hour = 3600e6
const policy = { pattern: '**', bucketSizeBytes: 1, frameSizeBytes: 4096, periodMicros: hour }
const runs = 6
const linesARun = 1500
const none = new Set<string>()
/** One run a rewrite; the index of the roll-up has several parts. */
const settings = { rollupPartsMin: 2, indexPartBytes: 16 * 1024, rewriteBytesMax: 1 }
/** A shift that is over as soon as the first part is made. */
const short = AbortSignal.abort()

interface Rolled {
  readonly place: TestPlace
  readonly lines: readonly string[]
}

/** A roll-up of runs that all have the word `all`, and every second `odd`. */
async function rolledUp(): Promise<Rolled> {
  const place = makePlace({ ...settings, compactHourBytesMax: 0 })
  await setPolicies(place, [policy])
  const lines: string[] = []
  for (let run = 0; run < runs; run++) {
    const some = Array.from({ length: linesARun }, (_, i) => {
      const words = `a${run}x${i} b${run}x${i * 7} ${i === 700 ? `all ${run % 2 ? 'odd' : ''}` : ''}`
      return `{"@time":${testStartMicros + i * 1000},"@stream":"s","message":"${words}"}`
    })
    await appendBatch(place, some)
    await fold(place, none)
    lines.push(...some)
  }
  await new Member(place).once()
  place.clock.advance(3 * 3600e3)
  assert.equal(await rollUp(place, none), runs)
  return { place, lines: lines.sort() }
}

const erase = (place: TestPlace, query: string) =>
  putMask(place, { erasureId: query, selection: { stream: 's', query } })

async function assertAnswers(place: TestPlace, lines: readonly string[]): Promise<void> {
  const reader = readerOf(place.store)
  const found = await linesOf(reader.search({ limit: lines.length + 1 }))
  assertSame(found.map(messageOf).sort(), lines.map(messageOf).sort())
  assert.equal((await reader.count({})).count, lines.length)
  for (const word of ['all', 'odd', 'a3x701', 'a2x700']) {
    const expected = lines.filter(line => line.includes(`${word} `) || line.includes(` ${word}`))
    assert.equal((await reader.count({ query: word })).count, expected.length, word)
  }
  assert.deepEqual((await findingsOf(place)).filter(isFault), [])
}

const messageOf = (line: string): string => JSON.parse(line).message

/** Without a list of all that is not the same. */
function assertSame(found: readonly string[], expected: readonly string[]): void {
  assert.equal(found.length, expected.length)
  assert.equal(
    found.find((line, i) => line !== expected[i]),
    undefined,
  )
}

test('affected runs leave a roll-up one by one, and every answer is right meanwhile', async () => {
  const { place, lines } = await rolledUp()
  await erase(place, 'odd')
  const left = lines.filter(line => !line.includes(' odd'))

  for (let gone = 1; gone <= runs / 2; gone++) {
    assert.equal(await rewrite(place, none), 1)

    const catalog = await catalogOf(place)
    assert.deepEqual([catalog.runs.length, catalog.rollups[0]!.runCount], [gone, runs - gone])
    assert.ok(hasGaps(catalog.rollups[0]!))
    await assertAnswers(place, left)
  }
  await new Member(place).once()

  const { rollups, masks } = await catalogOf(place)
  assert.deepEqual([rollups.some(hasGaps), masks], [false, []])
  await assertAnswers(place, left)
  assertSame(await archiveLines(place.store), left)
})

test('a roll-up of which every run is affected is gone', async () => {
  const { place, lines } = await rolledUp()
  await erase(place, 'all')

  while (await rewrite(place, none));

  const { rollups, runs: own } = await catalogOf(place)
  assert.deepEqual([rollups.length, own.length], [0, runs])
  await assertAnswers(
    place,
    lines.filter(line => !line.includes(' all')),
  )
})

test('to close gaps may take longer than a shift, and makes way for no erasure', async () => {
  const { place, lines } = await rolledUp()
  await erase(place, 'odd')
  const shifts: (number | undefined)[] = []
  while (shifts.at(-1) !== undefined || shifts.length === 0) {
    shifts.push(await rewrite(place, none, short))
  }
  const [claim] = (await catalogOf(place)).claims
  assert.deepEqual([claim!.kind, claim!.inputs.length], ['roll-up', 1])
  await erase(place, 'a0x3')
  await makeWay(place)

  let taken = 0
  while ((await rollUp(place, none, short)) !== 1) taken++

  assert.ok(taken >= 2, `${taken} shifts`)
  const { rollups } = await catalogOf(place)
  assert.deepEqual(
    [rollups.map(({ id }) => id), hasGaps(rollups[0]!)],
    [[`${claim!.jobId}/0`], false],
  )
  await new Member(place).once()
  const left = lines.filter(line => !line.includes(' odd') && !line.includes('"a0x3 '))
  await assertAnswers(place, left)
})

test('a rebuild before the garbage is collected brings back nothing', async () => {
  const { place, lines } = await rolledUp()
  await erase(place, 'odd')
  while (await rewrite(place, none));
  await place.store.delete([catalogKey])

  await rebuild(place)

  await assertAnswers(
    place,
    lines.filter(line => !line.includes(' odd')),
  )
})
