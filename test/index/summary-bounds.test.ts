import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { QueryBounds } from '../../lib/index/summary-bounds.ts'
import { factsOfRun } from '../../lib/index/summary-facts.ts'
import { compileFilter } from '../../lib/query/event-filter.ts'
import { requireQuery } from '../../lib/query/parse-query.ts'
import type { Query } from '../../lib/query/query.ts'
import { hardEvents, hardQueryTexts } from './support/hard-cases.ts'
import { boundsOfFrames, openWhole, summaryOfFrames } from './support/make-summary.ts'

/** How many of the lines meet the query. */
function countMatches(query: Query, lines: readonly string[]): number {
  const filter = compileFilter(query)
  return lines.filter(line => {
    const bytes = Buffer.from(line)
    return filter.matches(bytes, 0, bytes.length)
  }).length
}

const frames = fc
  .array(
    fc.array(fc.tuple(hardEvents, fc.constantFrom(1, 2, 9, 30)), { minLength: 1, maxLength: 3 }),
    { minLength: 1, maxLength: 4 },
  )
  .map(all => all.map(events => events.flatMap(([line, count]) => Array<string>(count).fill(line))))

const fieldConditions = fc
  .tuple(
    fc.constantFrom('a', 'n', 'foo', 'a.foo', '"x\\"y"', '@id'),
    fc.constantFrom(
      ...['*', 'null', '200', '0', '>0', '>=200', '<200', '<=0', '-1..1', '[0.1 TO 12.345}'],
      ...[
        '>1e39',
        '[f TO g]',
        '>2025-01-01',
        '10.0.0.0/8',
        '/^(foo|2)/',
        'f*',
        '"foo"',
        '(200, 7)',
      ],
      ...['(>=0 -200)', '""', 'true'],
    ),
  )
  .map(([field, value]) => `${field}:${value}`)
const part = fc.oneof(fieldConditions, hardQueryTexts)
const queryTexts = fc
  .array(fc.tuple(fc.constantFrom('', '', 'NOT '), part), { minLength: 1, maxLength: 3 })
  .chain(parts =>
    fc
      .constantFrom(' ', ' OR ')
      .map(joint => parts.map(([not, text]) => `${not}(${text})`).join(joint)),
  )

test('the bounds of a frame, and of a run, hold the number of events that meet the query', () => {
  const property = fc.property(frames, fc.array(queryTexts, { minLength: 1 }), (all, texts) => {
    const summary = openWhole(summaryOfFrames(all))
    for (const text of texts) {
      const query = requireQuery(text)
      const bounds = boundsOfFrames(summary, query)
      for (const [frame, lines] of all.entries()) {
        const count = countMatches(query, lines)
        assert.ok(bounds[frame]!.lower <= count && count <= bounds[frame]!.upper, text)
      }
      const run = new QueryBounds(query).evaluate(factsOfRun(summary.summary))
      const count = countMatches(query, all.flat())
      assert.ok(run.lower[0]! <= count && count <= run.upper[0]!, text)
    }
  })
  fc.assert(property, { numRuns: 300 })
})

const lines = Array.from({ length: 300 }, (_, i) => {
  const error = i % 30 === 0 ? ',"error":{"code":"E1"}' : ''
  const tags = i % 3 === 0 ? '["x","y"]' : '["x"]'
  const size = i === 17 ? '1e400' : String(i * 10)
  return (
    `{"@time":${i},"@stream":"s","level":"${i % 10 === 0 ? 'error' : 'INFO'}","size":${size},` +
    `"status":${i % 2 === 0 ? 200 : 503},"tags":${tags},"id":"u${i}","no":null${error}}`
  )
})

const examples: readonly (readonly [query: string, lower: number, upper: number])[] = [
  ['', 300, 300],
  ['level:error', 30, 30],
  ['level:info', 270, 270],
  ['-level:error', 270, 270],
  ['level:err*', 30, 30],
  ['level:/^(error|info)$/', 300, 300],
  ['level:*', 300, 300],
  ['level:null', 0, 0],
  ['nothing:*', 0, 0],
  ['nothing:null', 300, 300],
  ['no:*', 0, 0],
  ['error:*', 10, 10],
  ['error.code:E1', 10, 10],
  ['error.code:E2', 0, 0],
  ['error:null', 290, 290],
  ['status:>=500', 150, 150],
  ['status:(200, 503)', 300, 300],
  ['status:>=200 -status:503', 150, 150],
  ['NOT (status:200 OR status:503)', 0, 0],
  ['status:503 OR level:error', 150, 180],
  ['status:503 level:error', 0, 30],
  ['tags:y', 100, 100],
  ['tags:x', 300, 300],
  ['tags:(x y)', 100, 100],
  ['tags:(-x)', 0, 0],
  ['size:>=0', 0, 300],
  ['size:>=-1', 300, 300],
  ['size:<-1', 0, 0],
  ['size:>1e400', 0, 300],
  ['size:-5', 0, 0],
  ['size:5', 0, 300],
  ['size:*', 300, 300],
  ['id:u5', 0, 300],
  ['id:[2025-01-01 TO 2026-01-01]', 0, 300],
  ['size:[2025-01-01 TO 2026-01-01]', 0, 0],
  ['error', 0, 300],
  ['error level:error', 0, 30],
  ['@stream:s', 0, 300],
  ['@time:>2025-01-01', 0, 300],
]

for (const [text, lower, upper] of examples) {
  test(`[${text}] is met by ${lower} to ${upper} of 300 events`, () => {
    const summary = openWhole(summaryOfFrames([lines]))
    assert.deepEqual(boundsOfFrames(summary, requireQuery(text)), [{ lower, upper }])
  })
}

test('a run with too many fields knows nothing of those below the same root', () => {
  const names = Array.from({ length: 600 }, (_, i) => `"n${i}":1`)
  const line = `{"@time":1,"@stream":"s","level":"error","many":{${names.join()}}}`
  const summary = openWhole(summaryOfFrames([[line, line, line, line, line, line, line, line]]))
  const boundsOf = (query: string) => boundsOfFrames(summary, requireQuery(query))

  assert.deepEqual(boundsOf('level:error'), [{ lower: 8, upper: 8 }])
  assert.deepEqual(boundsOf('nothing:*'), [{ lower: 0, upper: 0 }])
  assert.deepEqual(boundsOf('many.n599:1'), [{ lower: 0, upper: 8 }])
  assert.deepEqual(boundsOf('many:null'), [{ lower: 0, upper: 8 }])
})
