import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BitReader } from '../../lib/bytes/bit-reader.ts'
import { BitWriter } from '../../lib/bytes/bit-writer.ts'
import { bitsFor, readGamma, readRice, writeGamma, writeRice } from '../../lib/bytes/rice.ts'
import { assertCorrupt } from '../support/corrupt.ts'

const numbers = fc.oneof(
  fc.record({ kind: fc.constant('plain'), bits: fc.integer({ min: 0, max: 53 }), seed: fc.nat() }),
  fc.record({ kind: fc.constant('rice'), bits: fc.integer({ min: 0, max: 40 }), seed: fc.nat(99) }),
  fc.record({ kind: fc.constant('gamma'), bits: fc.constant(0), seed: fc.maxSafeNat() }),
)

test('numbers of any width and code come back in their order', () => {
  fc.assert(
    fc.property(fc.array(numbers, { maxLength: 50 }), all => {
      const values = all.map(({ kind, bits, seed }) => {
        if (kind === 'plain') return (seed * 4_194_301) % 2 ** bits
        return kind === 'rice'
          ? seed * 2 ** Math.max(0, bits - 2) + (seed % 2 ** bits)
          : Math.max(1, seed)
      })
      const out = new BitWriter()
      for (const [i, { kind, bits }] of all.entries()) {
        if (kind === 'plain') out.write(values[i]!, bits)
        else if (kind === 'rice') writeRice(out, values[i]!, bits)
        else writeGamma(out, values[i]!)
      }
      out.align()

      const reader = new BitReader(out.take())
      const read = all.map(({ kind, bits }) => {
        if (kind === 'plain') return reader.read(bits)
        return kind === 'rice' ? readRice(reader, bits) : readGamma(reader)
      })
      assert.deepEqual(read, values)
      assert.ok(reader.atEnd)
    }),
    { numRuns: 500 },
  )
})

test('bits lie from the lowest on', () => {
  const out = new BitWriter()
  out.write(1, 1)
  out.write(2, 3)
  writeRice(out, 5, 1)
  out.align()

  // 1, then 010, then two zeros and a one, then 1.
  assert.equal(out.take().toString('hex'), 'c5')
})

test('a reader that comes to the end refuses to go on', () => {
  for (const length of [0, 1, 5]) {
    const zeros = Buffer.alloc(length)
    assertCorrupt(() => new BitReader(zeros).readUnary(), `unary of ${length}`)
    assertCorrupt(() => new BitReader(zeros).read(8 * length + 1), `bits of ${length}`)
  }
})

test('the bits for a count are those of its largest position', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 1024, 1025, 2 ** 32 - 1].map(bitsFor),
    [0, 0, 1, 2, 2, 3, 10, 11, 32],
  )
})
