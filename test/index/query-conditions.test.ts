import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { FrameTerms } from '../../lib/index/frame-terms.ts'
import { queryTerms } from '../../lib/index/query-terms.ts'
import { meetsCondition, type TermCondition } from '../../lib/index/term-condition.ts'
import { requireQuery } from '../../lib/query/parse-query.ts'

const conditions: readonly (readonly [query: string, condition: string])[] = [
  ['', 'all'],
  ['Invalid', 'invalid'],
  ['"invalid user" -root', '(invalid and user)'],
  ['a OR (b c)', '(a or (b and c))'],
  ['a OR *b', 'all'],
  ['*a.b.c*', 'b'],
  ['get*index.html', 'html'],
  ['get*/index.html', '(index and html)'],
  ['user.name:Bob', 'bob'],
  ['status:200', '200'],
  ['status:2e2', '(200 or 2e2)'],
  ['ms:0.50', '((0 and 5) or (0 and 50))'],
  ['ms:"0.50"', '(0 and 50)'],
  ['n:1e400', '(#1e401 or 1e400)'],
  ['"from 10.1.2.3 port 22"', '(from and 10.1.2.3 and port and 22)'],
  ['10.1.2.*', '(10 and 1 and 2)'],
  ['10.0.0.0/8', '10.'],
  ['10.0.0.0/7', '(10. or 11.)'],
  ['10.0.0.0/3', 'all'],
  ['ip:10.1.2.0/23', '(10.1.2. or 10.1.3.)'],
  ['ip:10.1.2.3/32', '10.1.2.3'],
  ['ip:10.1.0.0/19', '10.1.'],
  ['10.1.2.254..10.1.3.1', '(10.1.2.254 or 10.1.2.255 or 10.1.3.0 or 10.1.3.1)'],
  ['2001:DB8::1', '2001:db8:0:0:0:0:0:1'],
  ['2001:db8::/47', '(2001:db8:0: or 2001:db8:1:)'],
  ['::/0', 'all'],
  ['ip:::ffff:10.1.2.3', '10.1.2.3'],
  ['4b5a', '(4b5a or -)'],
  ['0f1e2d3c-4b5a-4321-beef-0123456789ab', '(0f1e2d3c and 4321 and beef and 0123456789ab)'],
  ['n:>5', 'all'],
  ['m:/ab+c/', 'all'],
  ['a:*', 'all'],
  ['a:null b', 'b'],
  ['@stream:web b', 'b'],
  ['""', 'all'],
]

for (const [query, expected] of conditions) {
  test(`the query [${query}] needs ${expected}`, () => {
    assert.equal(shown(queryTerms(requireQuery(query))), expected)
  })
}

function shown(condition: TermCondition): string {
  if (condition.kind === 'all') return 'all'
  if (condition.kind === 'term') return condition.text
  return `(${condition.parts.map(shown).join(` ${condition.kind} `)})`
}

test('what an example of the query document finds has the terms that its query needs', () => {
  const document = readFileSync(join(import.meta.dirname, '../../docs/query.md'), 'utf8')
  const rows = [...document.matchAll(/^\| `(.+?)` \| `(\{.*?\})` \| `\{.*\}` \|$/gm)]
  const frames = new FrameTerms()

  assert.ok(rows.length > 80, `${rows.length} rows`)
  for (const [, query = '', event = ''] of rows) {
    const rest = event === '{}' ? '}' : `,${event.slice(1)}`
    const line = Buffer.from(`{"@time":1767225600000000,"@stream":"test"${rest}\n`)
    const terms = frames.read(line)
    const condition = queryTerms(requireQuery(query))
    assert.ok(
      meetsCondition(condition, term => terms.has(term)),
      `${query} needs ${shown(condition)} of ${event}`,
    )
  }
})
