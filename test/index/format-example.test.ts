import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { joinSections, readDescription } from '../../lib/index/index-object.ts'
import { termOf } from '../../lib/index/term-hash.ts'
import type { TermShape } from '../../lib/index/term-shape.ts'
import { indexOfLines, lookUp, testOwner } from './support/make-index.ts'

/** The worked example of docs/format.md, section 10. */
const text = readFileSync(join(import.meta.dirname, '../../docs/format.md'), 'utf8')
const section = text.slice(text.indexOf('## 10. '))
const lines = /```ndjson\n([^`]*)```/.exec(section)![1]!.trimEnd().split('\n')
const [bytesBlock = '', bitsBlock = ''] = [...section.matchAll(/```text\n([^`]*)```/g)].map(
  block => block[1]!,
)
const rows = bytesBlock
  .trimEnd()
  .split('\n')
  .map(row => row.slice(6, 53))
const object = Buffer.from(rows.join('').replaceAll(' ', ''), 'hex')
const { terms: shape } = readDescription(object, testOwner) as { terms: TermShape }

test('the rows of the example are the index of its lines', () => {
  const index = indexOfLines(lines, false)
  const made = joinSections([index.bytes], { terms: index.shape }, testOwner)
  assert.equal(made.toString('hex'), object.toString('hex'))
  assert.match(section, new RegExp(`, ${object.length} bytes, ${shape.pageBytes} of them a page`))
})

test('the bits of the example are those of its page', () => {
  const bits = bitsBlock
    .trimEnd()
    .split('\n')
    .map(row => row.split(' ')[0]!)
    .join('')

  const page = object.subarray(16, shape.pageBytes)
  const actual = [...page].map(byte => [...byte.toString(2).padStart(8, '0')].reverse().join(''))
  assert.equal(bits, actual.join(''))
})

test('the terms of the example are where its table says', () => {
  const table = section.matchAll(/^\| `(.+)` \| ([0-9a-f]{13}) \| (.*) \|$/gm)
  const terms = [...table]
  assert.equal(terms.length, 6)
  for (const [, term = '', bits, frames = ''] of terms) {
    assert.equal(termOf(term).toString(16).padStart(13, '0'), bits)
    const expected = Uint32Array.from(frames.split(', ').map(Number))
    const found = lookUp({ bytes: object, shape }, termOf(term))
    assert.deepEqual(found.frames, expected)
    assert.equal(found.eventCount, expected.length)
  }
})
