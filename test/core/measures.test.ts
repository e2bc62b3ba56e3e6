import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSize, parseSpan, spellSize, spellSpan } from '../../lib/core/measures.ts'

test('sizes and spans are spelled in the largest unit that fits, and read back', () => {
  for (const [text, bytes] of [
    ['64MiB', 64 * 2 ** 20],
    ['64MB', 64e6],
    ['1GiB', 2 ** 30],
    ['1500B', 1500],
  ] as const) {
    assert.equal(parseSize(text), bytes)
    assert.equal(spellSize(bytes), text)
  }
  for (const [text, micros] of [
    ['7y', 7 * 366 * 86_400e6],
    ['90d', 90 * 86_400e6],
    ['2w', 14 * 86_400e6],
    ['36h', 36 * 3600e6],
    ['1s', 1e6],
  ] as const) {
    assert.equal(parseSpan(text), micros)
    assert.equal(spellSpan(micros), text)
  }
})

test('what is no size or no span is none', () => {
  for (const text of [
    '',
    '64',
    'MB',
    '64mb',
    '-1MB',
    '1.5MB',
    '1 MB',
    '1toString',
    '9'.repeat(20),
  ]) {
    assert.equal(parseSize(text), undefined)
  }
  for (const text of ['', '7', 'y', '7Y', '7mo', '1e3d', '7 d', '-7d', '1constructor']) {
    assert.equal(parseSpan(text), undefined)
  }
})
