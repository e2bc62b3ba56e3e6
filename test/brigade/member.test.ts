import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compact } from '../../lib/brigade/compact.ts'
import { fold } from '../../lib/brigade/fold.ts'
import { Member } from '../../lib/brigade/member.ts'
import { sweepTail } from '../../lib/brigade/sweep.ts'
import { listTail } from '../../lib/catalog/tail.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import type { Listing } from '../../lib/store/store.ts'
import { archiveLines, keysUnder, linesAt } from '../support/archive-lines.ts'
import { appendBatch, catalogOf, distinct } from '../support/brigade-place.ts'
import { lineOrder, storedLine } from '../support/bucket-lines.ts'
import { WatchedStore } from '../support/watched-store.ts'
import { makePlace, type TestPlace } from '../support/workplace.ts'

/** Times and streams that meet across batches, over hours, months and years. */
const someEvent = fc
  .tuple(storedLine, fc.constantFrom(0, 0, 1, 40 * 24, 9000))
  .map(([line, hours]) => {
    return line.replace(/(?<="@time":)\d,/, digit => {
      return `${1_737_849_605_000_000 + hours * 3600e6 + Number(digit[0])},`
    })
  })
const someBatches = fc.array(fc.array(someEvent, { minLength: 1, maxLength: 12 }), {
  minLength: 1,
  maxLength: 6,
})

async function foldAll(place: TestPlace): Promise<number> {
  let events = 0
  for (;;) {
    const done = await fold(place, new Set())
    if (!done) return events
    events += done.events
  }
}

test('a fold keeps every event and of one @id the first, and a sweep changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(someBatches, async batches => {
      const place = makePlace()
      for (const batch of batches) await appendBatch(place, batch)
      const expected = distinct(batches.flat())

      assert.equal(await foldAll(place), expected.length)
      assert.deepEqual(await archiveLines(place.store), expected)

      assert.equal(await sweepTail(place), (await catalogOf(place)).recent.length)
      assert.deepEqual(await keysUnder(place.store, 'tail/'), [])
      assert.deepEqual(await archiveLines(place.store), expected)
    }),
    { numRuns: 40 },
  )
})

test('folded one batch at a time and compacted, the archive holds the same events', async () => {
  await fc.assert(
    fc.asyncProperty(someBatches, async batches => {
      const place = makePlace({ foldObjectsMax: 1, compactRunsMin: 2 })
      place.clock.advance(10 * 365 * 24 * 3600e3)
      for (const batch of batches) await appendBatch(place, batch)
      const expected = distinct(batches.flat())
      await foldAll(place)
      assert.deepEqual(distinct(await archiveLines(place.store)), expected)

      while ((await compact(place, new Set())) !== undefined);

      assert.deepEqual(distinct(await archiveLines(place.store)), expected)
      assert.deepEqual((await catalogOf(place)).claims, [])
    }),
    { numRuns: 25 },
  )
})

test('compacting all runs of a period leaves one copy of each @id', async () => {
  const place = makePlace({ foldObjectsMax: 1 })
  const line = (id: number, more = '') =>
    `{"@time":1737849605000000,"@stream":"a","@id":"${id}"${more}}`
  await appendBatch(place, [line(1), line(2, ',"v":"second"')])
  await appendBatch(place, [line(1), line(2, ',"v":"first"')])
  await appendBatch(place, [line(3), line(1)])
  await foldAll(place)
  assert.equal((await archiveLines(place.store)).length, 6)

  assert.equal(await compact(place, new Set()), 3)

  assert.deepEqual(await archiveLines(place.store), [line(1), line(2, ',"v":"first"'), line(3)])
  assert.equal((await catalogOf(place)).runs.length, 1)
})

test('every run is sorted and in its period, and its references say what it holds', async () => {
  const place = makePlace()
  const events = fc.sample(someEvent, { numRuns: 200, seed: 5 })
  await appendBatch(place, events)
  await foldAll(place)

  const { runs } = await catalogOf(place)
  assert.ok(runs.length >= 3)
  for (const run of runs) {
    const lines = (
      await Promise.all(run.buckets.map(each => linesAt(place.store, each.key)))
    ).flat()
    assert.deepEqual(lines, [...lines].sort(lineOrder))
    for (const line of lines) {
      const time = JSON.parse(line)['@time']
      assert.ok(time >= run.startMicros && time < run.endMicros)
    }
    assert.equal(
      run.buckets.reduce((sum, bucket) => sum + bucket.eventCount, 0),
      lines.length,
    )
    for (const bucket of run.buckets) {
      const object = await place.store.get(bucket.key)
      assert.equal(object!.sizeBytes, bucket.sizeBytes)
    }
  }
})

test('a member reports what it did, and then finds nothing to do', async () => {
  const place = makePlace()
  const member = new Member(place)
  await appendBatch(place, ['{"@stream":"a"}', '{"@stream":"b"}'])
  await appendBatch(place, ['{"@stream":"a"}'])

  const first = await member.once()
  const second = await member.once()

  const gone = { prunedPolicies: [], unprunedReasons: [], collectedObjects: 0, erased: [] }
  const runs = { compactedRuns: 0, recutRuns: 0, rolledUpParts: 0, rewrittenParts: 0 }
  const nothing = { ...runs, ...gone, damaged: [] }
  assert.deepEqual(first, { ...nothing, foldedBatches: 2, foldedEvents: 3, sweptObjects: 2 })
  assert.deepEqual(second, { ...nothing, foldedBatches: 0, foldedEvents: 0, sweptObjects: 0 })
})

test('members that work at once fold every batch once', async () => {
  const place = makePlace({ foldObjectsMax: 3 })
  const lines = Array.from({ length: 20 }, (_, i) => `{"@stream":"a","n":${i}}`)
  for (const line of lines) await appendBatch(place, [line])

  const reports = await Promise.all([1, 2, 3].map(() => new Member(place).once()))

  const sum = reports.reduce((sum, report) => sum + report.foldedBatches, 0)
  assert.equal(sum, 20)
  const found = (await archiveLines(place.store)).map(line => JSON.parse(line).n)
  assert.deepEqual(
    found.sort((a, b) => a - b),
    lines.map((_, i) => i),
  )
})

test('a member works on through an outage and stops when it is told to', async () => {
  const place = makePlace({ foldWaitMillis: 0 }, inner => new OutageStore(inner))
  await appendBatch(place, ['{"@stream":"a"}'])
  const stop = new AbortController()
  const reports: number[] = []
  outages = 3

  await new Member(place).run(stop.signal, done => {
    reports.push(done.foldedEvents)
    stop.abort()
  })

  assert.equal(outages, 0)
  assert.deepEqual(reports, [1])
})

let outages = 0

/** Refuses this many listings. */
class OutageStore extends WatchedStore {
  override async list(prefix: string): Promise<Listing> {
    if (outages === 0) return await super.list(prefix)
    outages--
    throw new ArchiveError('unavailable', 'no answer')
  }
}

test('a member that does not tidy leaves garbage, and folds and sweeps as ever', async () => {
  const place = makePlace()
  const orphan = 'index/NOBODY/000000'
  await place.store.create(orphan, Buffer.from('orphan'))
  await appendBatch(place, ['{"@time":1737849605000000,"@stream":"s"}'])

  const { foldedBatches, sweptObjects } = await new Member(place).once(undefined, { tidies: false })
  const left = await keysUnder(place.store, 'index/NOBODY/')
  await new Member(place).once()

  assert.deepEqual([foldedBatches, sweptObjects, left], [1, 1, [orphan]])
  assert.deepEqual(await keysUnder(place.store, 'index/NOBODY/'), [])
})

test('what is too much for one fold is folded in equal parts', async () => {
  const lines = (i: number) =>
    Array.from({ length: 50 }, (_, j) => `{"@time":${1737849605000000 + i * 50 + j},"@stream":"s"}`)
  const filled = async (foldBytesMax: number) => {
    const place = makePlace({ foldBytesMax })
    for (let i = 0; i < 6; i++) await appendBatch(place, lines(i))
    return place
  }
  const { batches } = await listTail((await filled(1)).store)
  const batchBytes = Math.max(...batches.map(({ sizeBytes }) => sizeBytes)) * 10

  const place = await filled(batchBytes * 4)
  const folds = [await fold(place, new Set()), await fold(place, new Set())]

  assert.deepEqual(
    folds.map(done => done?.batches),
    [3, 3],
  )
  assert.equal(await fold(place, new Set()), undefined)
})
