import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compressFrame, decompressFrame } from '../../lib/bytes/zstd.ts'
import { assertCorrupt } from '../support/corrupt.ts'

const raw = Buffer.from('one line\n'.repeat(100))

test('a frame states its size and carries a checksum', () => {
  const frame = compressFrame(raw, 3)
  const descriptor = frame[4]!

  assert.equal(frame.readUInt32LE(0), 0xfd2fb528)
  assert.equal(descriptor & 0b100, 0b100, 'checksum flag')
  assert.ok(descriptor >> 6 > 0 || (descriptor & 0b100000) !== 0, 'content size')
  assert.deepEqual(decompressFrame(frame, raw.length), raw)
})

test('exactly one frame of exactly the expected size is accepted', () => {
  const frame = compressFrame(raw, 3)
  const others: Record<string, () => Buffer> = {
    'too few expected': () => decompressFrame(frame, raw.length - 1),
    'too many expected': () => decompressFrame(frame, raw.length + 1),
    'none expected': () => decompressFrame(frame, 0),
    'a second frame': () => decompressFrame(Buffer.concat([frame, frame]), raw.length),
    'a byte more': () => decompressFrame(Buffer.concat([frame, Buffer.of(0)]), raw.length),
    'a byte less': () => decompressFrame(frame.subarray(0, -1), raw.length),
    'no bytes': () => decompressFrame(Buffer.alloc(0), 0),
    'no zstd': () => decompressFrame(raw, raw.length),
  }
  for (const [name, attempt] of Object.entries(others)) assertCorrupt(attempt, name)
})
