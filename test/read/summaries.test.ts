import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { CountAnswer } from '../../lib/read/question.ts'
import type { Store } from '../../lib/store/store.ts'
import { ArchiveMaker, type TestEvent } from '../support/make-archive.ts'
import { linesOf, readerOf } from '../support/read-archive.ts'

const templates = fc.constantFrom(
  '"level":"error","status":500',
  '"level":"info","status":200',
  '"level":"info","status":404,"tags":["x","y"]',
  '"level":"debug","status":2e2,"error":{"code":"E1"}',
  '"level":null,"status":"500"',
  '"level":"info","level":"error","status":[200,500]',
  '"path":"\\u0061/b"',
  '"path":"a/b"',
)

/** So many events alike, or with a number of their own. */
const events = fc
  .record({
    template: templates,
    count: fc.constantFrom(1, 8, 20),
    time: fc.integer({ min: 0, max: 8 }),
    step: fc.constantFrom(0, 1, 3_600_000_000),
    stream: fc.constantFrom('a', 'a', 'b'),
    id: fc.constantFrom('', '', 'same'),
    isNumbered: fc.boolean(),
  })
  .map(({ template, count, time, step, stream, id, isNumbered }): TestEvent[] =>
    Array.from({ length: count }, (_, i) => ({
      time: time + i * step,
      stream,
      ...(id && { id: `${id}${i}` }),
      rest: isNumbered ? `${template},"n":${i * 10}` : template,
    })),
  )
const objects = fc.array(fc.array(events, { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 3,
})

const queries = fc.constantFrom(
  ...['', 'level:error', 'level:info status:200', 'NOT level:debug', 'level:null', 'status:>=400'],
  ...['status:500', 'error:*', 'error.code:E1', 'n:>50', 'n:<0', 'n:100', 'tags:y', 'path:"a/b"'],
  ...['level:(info, error)', 'level:/^e/', 'status:>=200 -status:404', 'error', 'x y', '@stream:a'],
  ...['level:info OR n:>=0', 'status:[200 TO 404] OR NOT level:*'],
)
const fields = fc.constantFrom('level', 'status', 'error', 'n', 'path', 'tags', '@stream', 'none')
const selections = fc.record(
  {
    stream: fc.constantFrom('a', 'b', '*'),
    startMicros: fc.integer({ min: 0, max: 6 }),
    endMicros: fc.constantFrom(9, 20, 3_600_000_005),
  },
  { requiredKeys: [] },
)

/** The same store, but for its summaries. */
function withoutSummaries(store: Store, change: 'missing' | 'corrupt'): Store {
  return new Proxy(store, {
    get: (target, name, receiver) => {
      if (name !== 'get') {
        const value = Reflect.get(target, name, receiver)
        return typeof value === 'function' ? value.bind(target) : value
      }
      return async (...[key, options]: Parameters<Store['get']>) => {
        const found = await target.get(key, options)
        if (!key.endsWith('-fields') || !found) return found
        if (change === 'missing') return undefined
        const bytes = Buffer.from(found.bytes)
        bytes[bytes.length >> 1]! ^= 1
        return { ...found, bytes }
      }
    },
  })
}

/** One run of each of these, and the last ones in the tail as well. */
async function archiveOf(parts: readonly (readonly TestEvent[][])[], frameBytes: number) {
  const maker = new ArchiveMaker(undefined, frameBytes)
  const runs = []
  for (const part of parts) {
    const all = part.flat()
    const middle = all.length >> 1
    const halves = [all.slice(0, middle), all.slice(middle)].filter(half => half.length > 0)
    // Buckets of a run do not overlap.
    runs.push(await maker.run(...(halves.length > 1 && isSorted(all) ? halves : [all])))
  }
  await maker.commit({ runs })
  await maker.batch(parts.at(-1)!.flat().slice(0, 5))
  return maker
}

function isSorted(events: readonly TestEvent[]): boolean {
  return events.every((event, i) => {
    const before = events[i - 1]
    if (!before) return true
    if (before.stream !== event.stream) return before.stream < event.stream
    return before.time < event.time
  })
}

const bare = ({ receipt: _, warnings: __, ...answer }: object & Partial<CountAnswer>) => answer

test('answers are the same with summaries, without them and with damaged ones', async () => {
  const frameBytes = fc.constantFrom(300, 2000, 100_000)
  const change = fc.constantFrom('missing' as const, 'corrupt' as const)
  const property = fc.asyncProperty(
    objects,
    frameBytes,
    change,
    selections,
    fc.array(fc.tuple(queries, fields), { minLength: 4, maxLength: 4 }),
    async (parts, size, damage, selection, asked) => {
      const maker = await archiveOf(parts, size)
      const reader = readerOf(maker.store)
      const other = readerOf(withoutSummaries(maker.store, damage))
      for (const [query, field] of asked) {
        const question = { ...selection, query }
        const ask = async (from: typeof reader) => [
          bare(await from.count(question)),
          bare(await from.histogram({ ...question, interval: 'hour', timeZone: 'Asia/Kolkata' })),
          bare(await from.values({ ...question, field, limit: 100 })),
          await linesOf(from.search({ ...question, order: 'asc' })),
        ]
        assert.deepEqual(await ask(reader), await ask(other), JSON.stringify([query, field]))
      }
    },
  )
  await fc.assert(property, { numRuns: 40 })
})

const many: TestEvent[] = Array.from({ length: 400 }, (_, i) => ({
  time: i,
  stream: 's',
  rest: `"level":"${i % 8 === 0 ? 'error' : 'info'}","size":${i},"note":"${'x'.repeat(i % 90)}"`,
}))

async function manyInOneRun() {
  const maker = new ArchiveMaker(undefined, 4000)
  await maker.commit({ runs: [await maker.run(many.slice(0, 200), many.slice(200))] })
  return maker
}

test('counts, histograms and values of few values are told without reading events', async () => {
  const { store } = await manyInOneRun()
  const reader = () => readerOf(store)

  const answers = [
    await reader().count({ query: 'level:error' }),
    await reader().count({ query: 'NOT level:error' }),
    await reader().count({ query: 'size:>1000 OR level:null' }),
    await reader().histogram({ query: 'level:error', interval: 'day' }),
    await reader().values({ field: 'level' }),
  ]

  assert.deepEqual(
    answers.map(({ count, receipt }) => [count, receipt.requests.get]),
    // Catalog and summary, or the term index where it counts.
    [
      [50, 2],
      [350, 2],
      [0, 2],
      [50, 2],
      [400, 2],
    ],
  )
})

test('of a part of a run few frames are read', async () => {
  const { store } = await manyInOneRun()
  const reader = readerOf(store, { mergeGapBytes: 0 })

  const { count, receipt } = await reader.count({
    query: 'NOT level:info',
    startMicros: 9,
    endMicros: 391,
  })

  assert.equal(count, 47)
  // Catalog, summary, two footers, two frames, and the last one: it is too short for lists.
  assert.equal(receipt.requests.get, 7)
})

test('a search for numbers reads the frames that may hold them', async () => {
  const { store } = await manyInOneRun()
  const reader = readerOf(store, { mergeGapBytes: 0 })
  const hits = reader.search({ query: 'size:[100 TO 102]' })

  assert.equal((await linesOf(hits)).length, 3)

  // Catalog, summary, a footer and a frame.
  assert.ok(hits.end().receipt.requests.get <= 5, JSON.stringify(hits.end().receipt))
})

test('a summary that cannot be read is named in a warning', async () => {
  const { store } = await manyInOneRun()
  for (const change of ['missing', 'corrupt'] as const) {
    const answer = await readerOf(withoutSummaries(store, change)).count({
      query: 'NOT level:info',
    })

    assert.equal(answer.count, 50)
    assert.match(answer.warnings[0]!.detail, /-fields cannot be read, its run is read without it/)
    assert.equal(answer.complete, true)
  }
})
