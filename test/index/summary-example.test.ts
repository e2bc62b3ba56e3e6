import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { requireQuery } from '../../lib/query/parse-query.ts'
import { boundsOfFrames, openWhole, summaryOfFrames } from './support/make-summary.ts'

/** The worked example of docs/format.md, section 12. */
const text = readFileSync(join(import.meta.dirname, '../../docs/format.md'), 'utf8')
const section = text.slice(text.indexOf('## 12. '))
const lines = /```ndjson\n([^`]*)```/.exec(section)![1]!.trimEnd().split('\n')
const frame = [8, 8, 1].flatMap((count, i) => Array<string>(count).fill(lines[i]!))
const rows = /```text\n([^`]*)```/.exec(section)![1]!.trimEnd().split('\n')
const bytes = Buffer.from(rows.map(row => row.slice(6, 53).replaceAll(' ', '')).join(''), 'hex')

test('the rows of the example are the summary of its lines', () => {
  const made = summaryOfFrames([frame])
  assert.equal(made.bytes.toString('hex'), bytes.toString('hex'))
  assert.match(section, new RegExp(`; ${bytes.length} bytes, ${made.headBytes} of them head`))
  for (const [i, row] of rows.entries()) {
    const before = rows.slice(0, i).map(each => each.slice(6, 53).replaceAll(' ', ''))
    assert.equal(Number.parseInt(row.slice(0, 4), 16), before.join('').length / 2)
  }
})

test('the example says what its lines have', () => {
  const summary = openWhole({ bytes, headBytes: 110 })
  const boundsOf = (query: string) => boundsOfFrames(summary, requireQuery(query))

  assert.deepEqual(boundsOf('host:web'), [{ lower: 8, upper: 8 }])
  assert.deepEqual(boundsOf('ms:>90.1'), [{ lower: 0, upper: 0 }])
  assert.deepEqual(boundsOf('ms:null'), [{ lower: 8, upper: 8 }])
})
