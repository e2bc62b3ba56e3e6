import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText, rowsOfDocument, rowsOfTests } from './rule-table.ts'

test('the protocol document names the test of every rule', () => {
  assert.deepEqual(rowsOfDocument(), rowsOfTests(), 'npm run sim -- --table writes it')
})

test('every rule of the code stands in the protocol document and has a test', () => {
  const [, union = ''] = /type RuleName =([\s\S]*?)\n\n/.exec(readText('lib/core/rules.ts')) ?? []
  const rules = Array.from(union.matchAll(/'([^']*)'/g), ([, name]) => name!)
  const rows = rowsOfTests().join('\n')
  const text = readText('docs/protocol.md').split('## Which test')[0]!

  assert.ok(rules.length > 20)
  assert.deepEqual(
    rules.filter(rule => !rows.includes(rule)),
    [],
  )
  assert.deepEqual(
    rules.filter(rule => !text.includes(`\`${rule}\``)),
    [],
  )
})
