import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ArchiveError } from '../../lib/core/errors.ts'
import { compileFilter } from '../../lib/query/event-filter.ts'
import { requireQuery } from '../../lib/query/parse-query.ts'

/** Each of these would run for years in a matcher that tries one way after another. */
const hostile = [
  'm:/(a*)*b/',
  'm:/(a|a)*(a|a)*(a|a)*b/',
  'm:/(((a{0,9}){0,9}){0,3})b/',
  `"${'a'.repeat(2000)}b"`,
  `${'*a'.repeat(1000)}*b`,
  'm:10.0.0.0/8',
  '2001:db8::/32',
  'm:>=1',
]

for (const text of hostile) {
  test(`${text.slice(0, 40)} passes over a long value in time`, () => {
    const filter = compileFilter(requireQuery(text))
    for (const unit of ['a', '1', '1.', ':a', '\\u0061', 'é']) {
      const value = unit.repeat(100_000)
      const line = Buffer.from(`{"@time":1,"@stream":"s","m":"${value}"}`)
      assert.equal(filter.matches(line, 0, line.length), text === 'm:>=1' && unit === '1')
    }
  })
}

test('a line that is cut off holds nobody up', () => {
  const filter = compileFilter(requireQuery('nothing a.b:x -c:*'))
  const line = Buffer.from('{"@time":1,"@stream":"s","a":{"b":[1,"x\\"",{}],"c":null},"d":-1e5}')
  let corruptCount = 0
  for (let end = 0; end <= line.length; end++) {
    try {
      assert.equal(filter.matches(line.subarray(0, end), 0, end), false)
    } catch (error) {
      assert.equal((error as ArchiveError).code, 'corrupt')
      corruptCount++
    }
  }
  assert.ok(corruptCount < 4)
})
