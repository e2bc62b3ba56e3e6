import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ImportOptions } from '../../lib/import/read-batches.ts'
import { readAll } from './read-all.ts'

/**
 * Each file of test/golden/import gives the events of `<file>.expected`, its format found by
 * content. `VARVE_GOLDEN=write` writes them anew; read the difference before you commit it.
 */
const folder = join(import.meta.dirname, '../golden/import')

const formats: Record<string, string> = {
  'array.json': 'json',
  'bsd.txt': 'syslog',
  'cloudtrail.json': 'cloudtrail',
  'combined.txt': 'combined',
  'common.txt': 'common',
  'gc.txt': 'log4j',
  'log4j.txt': 'log4j',
  'logfmt.txt': 'logfmt',
  'ndjson.ndjson': 'ndjson',
  'never-dated.ndjson': 'ndjson',
  'objects.json': 'json',
  'raw.txt': 'raw',
  'rfc5424.txt': 'syslog',
  'semicolon.csv': 'csv',
  'table.csv': 'csv',
  'undated.ndjson': 'ndjson',
}
const options: Record<string, ImportOptions> = { 'bsd.txt': { year: 2025 } }

test('every golden input has its format', () => {
  const inputs = readdirSync(folder).filter(name => !name.endsWith('.expected'))
  assert.deepEqual(inputs.sort(), Object.keys(formats))
})

for (const [name, format] of Object.entries(formats)) {
  test(`${name} is found to be ${format} and gives its golden events`, async () => {
    const input = readFileSync(join(folder, name))
    const read = await readAll(name, [input], options[name])

    const notes = read.findings.map(
      ({ line, outcome, detail }) => `# line ${line} ${outcome}: ${detail}`,
    )
    const actual = [...read.events, ...notes, ...read.faults, ''].join('\n')
    const expectedFile = join(folder, `${name}.expected`)
    if (process.env.VARVE_GOLDEN === 'write') writeFileSync(expectedFile, actual)

    assert.equal(read.files[0]?.format, format)
    assert.equal(actual, readFileSync(expectedFile, 'utf8'))
  })
}
