import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeFooter, footerSizeBytes } from '../../lib/bucket/footer.ts'
import { openBucket, readFrame } from '../../lib/bucket/reader.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import {
  directorySpan,
  linesOfBucket,
  makeBucket,
  testOwner,
  withDirectory,
} from '../support/bucket-lines.ts'
import { assertCorrupt } from '../support/corrupt.ts'

const lines = [
  '{"@time":1737849605000000,"@stream":"ssh/eu","@id":"1","user":"sammy"}',
  '{"@time":1737849605000001,"@stream":"ssh/eu","user":"sally"}',
  '{"@time":1737849605000000,"@stream":"web","status":200}',
]
const lineage = { inputs: ['a/0', 'b/0'], outputs: 1 }
const object = makeBucket(lines, { frameBytes: 80, lineage })
const directory = openBucket(object, testOwner)

test('every single bit flip of a bucket is noticed', () => {
  assert.equal(directory.frames.length, 3)
  for (let bit = 0; bit < object.length * 8; bit++) {
    const flipped = Buffer.from(object)
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    assertCorrupt(() => linesOfBucket(flipped), `bit ${bit}`)
  }
})

test('a flip in one frame leaves the other frames readable', () => {
  const flipped = Buffer.from(object)
  const broken = directory.frames[1]!
  flipped[broken.startByte + 20]! ^= 1

  const readable = openBucket(flipped, testOwner).frames.filter(frame => {
    try {
      readFrame(flipped.subarray(frame.startByte, frame.startByte + frame.sizeBytes), frame)
      return true
    } catch (fault) {
      return !(fault instanceof ArchiveError && fault.code === 'corrupt')
    }
  })

  assert.deepEqual(readable, [directory.frames[0], directory.frames[2]])
})

test('every truncation of a bucket, at either end, is noticed', () => {
  for (let length = 0; length < object.length; length++) {
    assertCorrupt(() => openBucket(object.subarray(0, length), testOwner), `first ${length}`)
    if (length > 0) {
      const tail = object.subarray(object.length - length)
      assertCorrupt(() => openBucket(tail, testOwner), `last ${length}`)
    }
  }
})

test('bytes before, behind or between are noticed', () => {
  for (const at of [0, directory.frames[0]!.sizeBytes, object.length]) {
    const longer = Buffer.concat([object.subarray(0, at), Buffer.of(0), object.subarray(at)])
    assertCorrupt(() => openBucket(longer, testOwner), `a byte at ${at}`)
  }
  assertCorrupt(() => openBucket(Buffer.concat([object, object]), testOwner), 'twice')
})

test('the footer of another object is noticed', () => {
  assertCorrupt(() => openBucket(object, 'JOB/000001'), /JOB\/000000, expected JOB\/000001/)
})

test('a suffix too short for the footer says how many bytes are needed, and they suffice', () => {
  const [directoryStart] = directorySpan(object)
  const footerBytes = object.length - directoryStart + 8
  for (let length = 25; length <= object.length; length++) {
    let found = decodeFooter(object.subarray(-length), object.length, testOwner)
    for (let round = 0; typeof found === 'number'; round++) {
      assert.ok(round < 2 && found > length && found <= footerBytes, `${found} for ${length}`)
      found = decodeFooter(object.subarray(-found), object.length, testOwner)
    }
    assert.deepEqual(found, directory)
  }
})

test('the length of the footer follows from frames, streams and owner', () => {
  const fresh = makeBucket(lines, { frameBytes: 80 })
  const [directoryStart] = directorySpan(fresh)
  const streams = new Set(['ssh/eu', 'web'])

  const footerBytes = footerSizeBytes(3, streams, testOwner.length)

  assert.equal(footerBytes, fresh.length - directoryStart + 8)
})

test('a directory that was written wrong is corrupt, whatever its fields say', () => {
  const [start, end] = directorySpan(object)
  const change = fc.record({
    at: fc.nat(end - start - 5),
    value: fc.oneof(fc.nat(0xffffffff), fc.constantFrom(0, 1, 0xff, 0xffffffff)),
    width: fc.constantFrom(1, 2, 4),
  })
  let refused = 0
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), changes => {
      const changed = withDirectory(object, content => {
        for (const { at, value, width } of changes) {
          const wide = Math.min(width, content.length - 4 - at)
          content.writeUIntLE(value % 2 ** (8 * wide), at, wide)
        }
      })
      try {
        linesOfBucket(changed)
      } catch (fault) {
        assert.ok(fault instanceof ArchiveError && fault.code === 'corrupt', String(fault))
        refused++
      }
    }),
    { numRuns: 2000 },
  )
  assert.ok(refused > 500, `only ${refused} were refused`)
})

test('counts that run past the end and a lineage that is no JSON are corrupt', () => {
  const wrong: Record<string, (content: Buffer) => void> = {
    frames: content => content.writeUInt32LE(0xffffffff, 4),
    streams: content => content.writeUInt32LE(0xffffffff, 8),
    'no frames': content => content.writeUInt32LE(0, 4),
    lineage: content => content.write('?', content.length - 6),
    signature: content => content.write('VRV3'),
  }
  for (const [name, change] of Object.entries(wrong)) {
    assertCorrupt(() => openBucket(withDirectory(object, change), testOwner), name)
  }
})
