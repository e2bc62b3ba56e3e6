import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  conditionFor,
  Digits,
  type Json,
  parseEvent,
  summaryOf,
  withCondition,
} from '../../console/event-json.ts'
import { compileFilter } from '../../lib/query/event-filter.ts'
import { requireQuery } from '../../lib/query/parse-query.ts'
import { events } from '../query/support/events.ts'

function leavesOf(value: Json, path: readonly string[]): [path: readonly string[], value: Json][] {
  if (Array.isArray(value)) return value.flatMap(item => leavesOf(item, path))
  if (typeof value !== 'object' || value === null || value instanceof Digits) return [[path, value]]
  return Object.entries(value).flatMap(([name, member]) => leavesOf(member, [...path, name]))
}

test('the condition of a value that was clicked finds the event it stands in', () => {
  fc.assert(
    fc.property(events, ({ line }) => {
      for (const [path, value] of leavesOf(parseEvent(line), [])) {
        const condition = value === null ? undefined : conditionFor(path, value)
        if (condition === undefined) continue
        const bytes = Buffer.from(line)
        const filter = compileFilter(requireQuery(condition))
        assert.ok(filter.matches(bytes, 0, bytes.length), `${condition} in ${line}`)
      }
    }),
  )
})

const conditions: [path: string[], value: Json, condition: string | undefined][] = [
  [['status'], new Digits('500'), 'status:500'],
  [['a', 'b'], 'web-1', 'a.b:web-1'],
  [['user agent'], 'curl/8 "x"', '"user agent":"curl/8 \\"x\\""'],
  [['a'], 'or', 'a:"or"'],
  [['a'], null, 'a:null'],
  [['a'], true, 'a:true'],
  [['@stream'], 'web/eu', '@stream:web/eu'],
  [['@time'], '2026-11-20T00:00:00Z', undefined],
  [['a'], 'x'.repeat(2000), undefined],
]
for (const [path, value, condition] of conditions) {
  test(`the value at ${path.join('.')} is searched as ${condition}`, () => {
    assert.equal(conditionFor(path, value), condition)
  })
}

test('a condition is added once, and to all alternatives of a query', () => {
  assert.equal(withCondition(' ', 'a:1'), 'a:1')
  assert.equal(withCondition('x', 'a:1'), 'x a:1')
  assert.equal(withCondition('x a:1 y', 'a:1'), 'x a:1 y')
  assert.equal(withCondition('x OR y', 'a:1'), '(x OR y) a:1')
})

test('numbers keep the digits they were sent with', () => {
  const { n } = parseEvent('{"n":12345678901234567890.10}')

  assert.equal((n as Digits).text, '12345678901234567890.10')
})

test('a row shows the message of an event, or its fields', () => {
  assert.equal(summaryOf(parseEvent('{"@time":"t","message":"hello","a":1}')), 'hello')
  assert.equal(
    summaryOf(parseEvent('{"@time":"t","a":1,"b":{"c":[true,null,"x"]}}')),
    'a=1  b={c=[true, null, x]}',
  )
})
