import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { compileFilter } from '../../lib/query/event-filter.ts'
import { requireQuery } from '../../lib/query/parse-query.ts'
import { scanLines } from '../../lib/query/scan-lines.ts'

const manual = readFileSync(new URL('../../docs/query.md', import.meta.url), 'utf8')
const examples = [...manual.matchAll(/^\| `(.+?)` \| `(\{.*?\})` \| `(\{.*?\})` \|$/gm)]

for (const [, query = '', wanted = '', other = ''] of examples) {
  test(`${query} finds ${wanted} but not ${other}`, () => {
    assert.deepEqual(found(query, [stored(wanted), stored(other)]), [stored(wanted)])
    assert.deepEqual(found(`NOT (${query})`, [stored(wanted), stored(other)]), [stored(other)])
  })
}

test('the manual has examples of every kind', () => {
  assert.ok(examples.length > 80, `${examples.length} examples`)
})

/** The line as it is stored, in stream `test` in 2026 unless the example says otherwise. */
function stored(event: string): string {
  const { '@time': time = 1_767_225_600_000_000, '@stream': stream = 'test' } = JSON.parse(event)
  const rest = event.slice(1).replace(/^"@(time|stream)":[^,}]+/, '')
  return `{"@time":${time},"@stream":"${stream}"${/^[,}]/.test(rest) ? '' : ','}${rest}`
}

function found(query: string, lines: readonly string[]): string[] {
  const bytes = Buffer.from(lines.map(line => `${line}\n`).join(''))
  const matching: string[] = []
  scanLines(compileFilter(requireQuery(query)), bytes, (start, end) =>
    matching.push(bytes.toString('utf8', start, end)),
  )
  return matching
}
