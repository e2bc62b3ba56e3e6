import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Run } from '../../lib/catalog/catalog.ts'
import type { Selection } from '../../lib/read/question.ts'
import type { Reader } from '../../lib/read/reader.ts'
import { answering } from '../support/damaged-store.ts'
import { ArchiveMaker, type TestEvent } from '../support/make-archive.ts'
import { readerOf } from '../support/read-archive.ts'

const hour = 3_600_000_000
const rests = fc.constantFrom(
  '"user":"sammy"',
  '"user":"Sammy","text":"error, error"',
  '"text":"an error of sammy"',
  '"user":{"name":"sammy"},"level":"error"',
  '"level":"info"',
  '"deep":{"user":"sammy"}',
)
const events = fc
  .record({
    time: fc.integer({ min: 0, max: 9 }),
    step: fc.constantFrom(0, 1, hour),
    count: fc.constantFrom(1, 3, 12),
    stream: fc.constantFrom('a', 'a', 'b'),
    id: fc.constantFrom('', '', '', 'same'),
    rest: rests,
  })
  .map(({ time, step, count, stream, id, rest }): TestEvent[] =>
    Array.from({ length: count }, (_, i) => ({
      time: time + i * step,
      stream,
      ...(id && { id: `${id}${i}` }),
      rest,
    })),
  )
/** Events of runs; the first of these are rolled up. */
const archives = fc.record({
  runs: fc.array(fc.array(events, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
  rolledUp: fc.nat({ max: 3 }),
  fresh: events,
  hasFresh: fc.boolean(),
  frameBytes: fc.constantFrom(100, 300, 100_000),
})
const queries = fc.constantFrom('sammy', 'error', 'user:sammy', 'text:error', 'level:error', 'none')
const selections = fc.record(
  {
    stream: fc.constantFrom('a', 'b', '*'),
    startMicros: fc.integer({ min: 1, max: 6 }),
    endMicros: fc.constantFrom(9, 20, hour + 5),
  },
  { requiredKeys: [] },
)

interface Shape {
  readonly runs: readonly (readonly TestEvent[][])[]
  readonly rolledUp: number
  readonly fresh: readonly TestEvent[]
  readonly hasFresh: boolean
  readonly frameBytes: number
}

async function makeArchive({ runs: parts, rolledUp, fresh, hasFresh, frameBytes }: Shape) {
  const maker = new ArchiveMaker(undefined, frameBytes)
  const [rolled, runs]: [Run[], Run[]] = [[], []]
  for (const [i, part] of parts.entries()) {
    const run = await maker.run(part.flat())
    // Only such an index can be merged.
    const isRolledUp = i < rolledUp && run.index.terms.detail === 'whole'
    ;(isRolledUp ? rolled : runs).push(run)
  }
  const rollups = rolled.length > 0 ? [await maker.rollup(rolled)] : []
  await maker.commit({ runs, rollups })
  if (hasFresh) await maker.batch(fresh)
  return maker.store
}

/** What counts and histograms say, and what the events that a search finds say of both. */
async function ask(reader: Reader, selection: Selection) {
  const { count, warnings } = await reader.count(selection)
  const { intervals } = await reader.histogram({ ...selection, interval: 'hour' })
  const byStream = await reader.values({ ...selection, field: '@stream' })
  const told = {
    count,
    intervals: Object.fromEntries(intervals.map(each => [each.startMicros, each.count])),
    streams: Object.fromEntries(byStream.values.map(each => [JSON.parse(each.value), each.count])),
  }
  return { told, warnings }
}

async function scan(reader: Reader, selection: Selection) {
  const [intervals, streams]: Record<string, number>[] = [{}, {}]
  const found = { count: 0, intervals: intervals!, streams: streams! }
  for await (const hit of reader.search(selection)) {
    const startMicros = Math.floor(hit.timeMicros / hour) * hour
    found.count++
    found.intervals[startMicros] = (found.intervals[startMicros] ?? 0) + 1
    found.streams[hit.stream] = (found.streams[hit.stream] ?? 0) + 1
  }
  return found
}

test('counts, histograms and streams of a term agree with the events a search finds', async () => {
  const property = fc.asyncProperty(archives, queries, selections, async (shape, query, rest) => {
    const reader = readerOf(await makeArchive(shape))
    const selection = { ...rest, query }

    const { told, warnings } = await ask(reader, selection)

    assert.deepEqual(told, await scan(reader, selection))
    assert.deepEqual(warnings, [])
  })
  await fc.assert(property, { numRuns: 150 })
})

const many: TestEvent[] = Array.from({ length: 400 }, (_, i) => ({
  time: i,
  stream: 's',
  rest: `"user":"${i % 8 === 0 ? 'sammy' : 'paula'}","text":"of ${i % 50 === 0 ? 'paula' : i}"`,
}))

async function manyInOneRun() {
  const maker = new ArchiveMaker(undefined, 400)
  return { maker, run: await maker.run(many.slice(0, 200), many.slice(200)) }
}

test('a term of a run is counted by catalog and index alone', async () => {
  const { maker, run } = await manyInOneRun()
  await maker.commit({ runs: [run] })
  const reader = () => readerOf(maker.store)

  const answers = [
    await reader().count({ query: 'sammy' }),
    await reader().histogram({ query: 'sammy', interval: 'day' }),
    await reader().count({ query: 'user:sammy' }),
    await reader().values({ query: 'paula', field: '@stream' }),
  ]

  assert.deepEqual(
    answers.map(({ count, receipt }) => [count, receipt.requests.get]),
    [
      [50, 2],
      [50, 2],
      [50, 2],
      [352, 2],
    ],
  )
})

test('a term of a roll-up is counted without its manifests', async () => {
  const { maker, run } = await manyInOneRun()
  const later = many.map(event => ({ ...event, time: event.time + 1000 }))
  const other = await maker.run(later)
  const third = await maker.run(later.map(event => ({ ...event, time: event.time + 1000 })))
  await maker.commit({ runs: [other], rollups: [await maker.rollup([run, third], 1)] })
  const reader = readerOf(maker.store)

  const { count, receipt } = await reader.count({ query: 'user:sammy' })

  assert.equal(count, 150)
  // Catalog, the index of the roll-up, and that of the run.
  assert.equal(receipt.requests.get, 3)
})

test('in part of a run, frames on its edges are read, the others counted', async () => {
  const { maker, run } = await manyInOneRun()
  await maker.commit({ runs: [run] })
  const reader = readerOf(maker.store, { mergeGapBytes: 0 })

  const { count, receipt } = await reader.count({ query: 'paula', startMicros: 9, endMicros: 391 })

  assert.equal(count, 336)
  // Catalog, index, two footers, two frames.
  assert.equal(receipt.requests.get, 6)
})

test('a term that is in other fields as well is not counted for one of them', async () => {
  const { maker, run } = await manyInOneRun()
  await maker.commit({ runs: [run] })

  const { count } = await readerOf(maker.store).count({ query: 'text:paula' })

  assert.equal(count, 8)
})

test('a damaged index costs a wider read and a warning, not the count', async () => {
  const { maker, run } = await manyInOneRun()
  await maker.commit({ runs: [run] })
  const flip = (bytes: Buffer) => Buffer.from(bytes.map(byte => byte ^ 0x10))
  const reader = readerOf(answering(maker.store, run.index.key, flip))

  for (const query of ['sammy', 'user:sammy']) {
    const { told, warnings } = await ask(reader, { query })

    assert.deepEqual(told, { count: 50, intervals: { 0: 50 }, streams: { s: 50 } })
    assert.match(warnings[0]!.detail, /^index\/.* cannot be read, its run is searched whole/)
  }
})
