import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { unwrap, wrap } from '../../lib/bytes/envelope.ts'
import { assertCorrupt } from '../support/corrupt.ts'

const raw = Buffer.from('{"version":1,"runs":[{"id":"a/0"},{"id":"b/0"}]}')

test('an envelope gives back what was wrapped', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), bytes => {
      assert.deepEqual(unwrap(wrap(bytes), 'catalog', bytes.length), Buffer.from(bytes))
    }),
  )
})

test('every bit flip of an envelope is noticed', () => {
  const bytes = wrap(raw)
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Buffer.from(bytes)
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    assertCorrupt(() => unwrap(flipped, 'catalog', 1 << 20), `bit ${bit}`)
  }
})

test('every truncation and every appended byte of an envelope is noticed', () => {
  const bytes = wrap(raw)
  for (let length = 0; length < bytes.length; length++) {
    assertCorrupt(() => unwrap(bytes.subarray(0, length), 'catalog', 1 << 20), `${length} bytes`)
  }
  assertCorrupt(() => unwrap(Buffer.concat([bytes, Buffer.of(0)]), 'catalog', 1 << 20), 'longer')
  assertCorrupt(() => unwrap(Buffer.concat([bytes, bytes]), 'catalog', 1 << 20), 'twice')
})

test('an envelope that holds more than allowed is refused before it is decoded', () => {
  assertCorrupt(() => unwrap(wrap(raw), 'catalog', raw.length - 1), /at most 47/)
})
