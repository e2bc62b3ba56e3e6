import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { contentHash } from '../../lib/store/keys.ts'
import { linesBySeekTable, linesOfBucket, makeBucket, splitLines } from '../support/bucket-lines.ts'

/** The worked example of docs/format.md, section 8. */
const text = readFileSync(join(import.meta.dirname, '../../docs/format.md'), 'utf8')
const section = text.slice(text.indexOf('## 8. '))
const lines = splitLines(Buffer.from(/```ndjson\n([^`]*)```/.exec(section)![1]!))
const rows = /```text\n([^`]*)```/.exec(section)![1]!.trimEnd().split('\n').map(readRow)
const object = Buffer.concat(rows.map(row => row.bytes))

function readRow(row: string) {
  const parts = /^([0-9a-f]{4}) {2}((?:[0-9a-f]{2} ?)+?)(?: {2,}(\S.*))?$/.exec(row)
  assert.ok(parts, `not a row: ${row}`)
  const [, at = '', hex = '', meaning = ''] = parts
  return {
    at: Number.parseInt(at, 16),
    bytes: Buffer.from(hex.replaceAll(' ', ''), 'hex'),
    meaning,
  }
}

test('the rows of the example follow each other and make a bucket of its size', () => {
  let expected = 0
  for (const { at, bytes } of rows) {
    assert.equal(at, expected)
    expected += bytes.length
  }
  assert.match(section, new RegExp(`, ${object.length} bytes, `))
})

test('the example is a bucket of its two lines', () => {
  const owner = `01JJFMEQA80123456789ABCDEF-${contentHash([Buffer.from(`${lines.join('\n')}\n`)])}`

  assert.equal(lines.length, 2)
  assert.deepEqual(linesOfBucket(object, owner), lines)
  assert.deepEqual(linesBySeekTable(object), lines)
  assert.equal(makeBucket(lines, { owner }).length, object.length)
})

test('what a row says of its bytes is what they hold', () => {
  const spoken = rows.filter(({ bytes, meaning }) => {
    const text = meaning.replace(/^(frame|stream) \d+: /, '')
    const quoted = /"([^"…]+)…?"$/.exec(text)?.[1]
    const number = /0x[0-9A-F]{8}$/.exec(text)?.[0] ?? /(?<![-\w])\d+/.exec(text)?.[0]
    if (quoted) assert.equal(bytes.toString('latin1'), quoted.slice(0, bytes.length))
    else if (number) assert.equal(numberIn(bytes), Number(number), meaning)
    return quoted ?? number
  })

  assert.equal(spoken.length, 42)
})

function numberIn(bytes: Buffer): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0)
}
