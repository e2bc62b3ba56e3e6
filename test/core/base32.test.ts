import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeNumber, encodeBytes, encodeNumber, isBase32 } from '../../lib/core/base32.ts'

test('numbers are spelled in a fixed width and read back', () => {
  assert.equal(encodeNumber(0, 3), '000')
  assert.equal(encodeNumber(31, 1), 'Z')
  assert.equal(encodeNumber(32, 2), '10')
  assert.equal(encodeNumber(Number.MAX_SAFE_INTEGER, 11), '7ZZZZZZZZZZ')
  fc.assert(fc.property(fc.maxSafeNat(), value => decodeNumber(encodeNumber(value, 11)) === value))
})

test('texts sort as the numbers do', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
      assert.equal(encodeNumber(a, 11) < encodeNumber(b, 11), a < b)
    }),
  )
})

test('a number that passes the width is a bug, text of other characters is no number', () => {
  assert.throws(() => encodeNumber(32, 1), RangeError)
  for (const text of ['I', 'L', 'O', 'U', 'a', '-', 'é', '0 ', '80000000000']) {
    assert.equal(decodeNumber(text), undefined, text)
  }
  assert.equal(isBase32('0123456789ABCDEFGHJKMNPQRSTVWXYZ'), true)
  for (const text of ['I', 'a', 'A-', 'Ä']) assert.equal(isBase32(text), false, text)
})

test('bytes are spelled as one big-endian number', () => {
  assert.equal(encodeBytes(Uint8Array.of()), '')
  assert.equal(encodeBytes(Uint8Array.of(0xff)), '7Z')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), bytes => {
      let value = 0n
      for (const byte of bytes) value = value * 256n + BigInt(byte)
      let read = 0n
      const text = encodeBytes(bytes)
      for (const digit of text) read = read * 32n + BigInt(decodeNumber(digit)!)
      assert.equal(read, value)
      assert.equal(text.length, Math.ceil((bytes.length * 8) / 5))
    }),
  )
})
