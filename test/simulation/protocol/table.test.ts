import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '../../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Rows of the table as the tests make them. */
function rowsOfTests(): string[] {
  const folder = 'test/simulation/protocol'
  const files = readdirSync(join(root, folder)).filter(file => file.endsWith('-rules.test.ts'))
  return files.sort().flatMap(file => {
    const calls = read(`${folder}/${file}`).matchAll(/ruleTest\(\s*\[([^\]]*)\],\s*'([^']*)'/g)
    return Array.from(calls, ([, rules = '', says]) => {
      const names = Array.from(rules.matchAll(/'([^']*)'/g), ([, name]) => name)
      return `| \`${names.join(' + ')}\` | ${says} | \`${file}\` |`
    })
  })
}

test('the protocol document names the test of every rule', () => {
  const rows = read('docs/protocol.md')
    .split('\n')
    .filter(line => line.startsWith('| `'))

  assert.deepEqual(rows, rowsOfTests())
})

test('every rule of the code stands in the protocol document and has a test', () => {
  const [, union = ''] = /type RuleName =([\s\S]*?)\n\n/.exec(read('lib/core/rules.ts')) ?? []
  const rules = Array.from(union.matchAll(/'([^']*)'/g), ([, name]) => name!)
  const rows = rowsOfTests().join('\n')
  const text = read('docs/protocol.md').split('## Which test')[0]!

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
