import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { termOf } from '../../lib/index/term-hash.ts'
import { indexOfLines, lookUp, openWhole } from './support/make-index.ts'

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

test('the rows of the example are the index of its lines', () => {
  assert.equal(indexOfLines(lines).toString('hex'), object.toString('hex'))
  const footerBytes = object.length - openWhole(object).pageStarts.at(-1)!
  assert.match(section, new RegExp(`, ${object.length} bytes, ${footerBytes} of them footer`))
})

test('the bits of the example are those of its page', () => {
  const bits = bitsBlock
    .trimEnd()
    .split('\n')
    .map(row => row.split(' ')[0]!)
    .join('')

  const page = object.subarray(4, openWhole(object).pageStarts[1])
  const actual = [...page].map(byte => [...byte.toString(2).padStart(8, '0')].reverse().join(''))
  assert.equal(bits, actual.join(''))
})

test('the terms of the example are where its table says', () => {
  const table = section.matchAll(
    /^\| `(.+)` \| ([0-9a-f]{13}) \| 0x([0-9a-f]{5}) \| \d+ \| (.*) \|$/gm,
  )
  const terms = [...table]
  assert.equal(terms.length, 4)
  for (const [, text = '', bits, fingerprint, frames = ''] of terms) {
    const term = termOf(text)
    assert.equal(term.toString(16).padStart(13, '0'), bits)
    assert.equal(
      Math.floor(term / 2 ** 33)
        .toString(16)
        .padStart(5, '0'),
      fingerprint,
    )
    const expected = frames === 'all' ? 'all' : Uint32Array.from(frames.split(', ').map(Number))
    assert.deepEqual(lookUp(object, term), expected)
  }
})
