import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { ArchiveError } from '../../lib/core/errors.ts'
import { termOf } from '../../lib/index/term-hash.ts'
import { openPage, type TermIndex } from '../../lib/index/term-index.ts'
import { assertCorrupt } from '../support/corrupt.ts'
import { indexOfTerms, openWhole } from './support/make-index.ts'

const frames = Array.from({ length: 7 }, (_, frame) =>
  ['everywhere', `often ${frame % 3}`, `once ${frame}`].map(termOf),
)
const object = indexOfTerms(frames)
const index = openWhole(object)

/** Every term with its frames; throws what reading it throws. */
function readAll(bytes: Buffer, opened: TermIndex = openWhole(bytes)): number[][] {
  return opened.pageChecksums.flatMap((_, page) => {
    const walk = openPage(
      opened,
      bytes.subarray(opened.pageStarts[page], opened.pageStarts[page + 1]),
      page,
    )
    const found: number[][] = []
    while (walk.next()) found.push([walk.fingerprint, ...walk.frames()])
    return found
  })
}

test('every single bit flip of an index is noticed', () => {
  assert.equal(readAll(object).length, 11)
  for (let bit = 0; bit < object.length * 8; bit++) {
    const flipped = Buffer.from(object)
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    assertCorrupt(() => readAll(flipped), `bit ${bit}`)
  }
})

test('every truncation of an index, at either end, is noticed', () => {
  for (let length = 0; length < object.length; length++) {
    assertCorrupt(() => openWhole(object.subarray(0, length)), `first ${length}`)
    if (length >= 8) {
      assertCorrupt(() => openWhole(object.subarray(object.length - length)), `last ${length}`)
    }
  }
})

test('a page that was written wrong is corrupt or names frames that are there', () => {
  const page = object.subarray(0, index.pageStarts[1])
  const change = fc.tuple(fc.nat(page.length - 1), fc.nat(255))
  let refused = 0
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(40), (changes, cut) => {
      const changed = Buffer.from(
        page.subarray(0, Math.max(1, page.length - Math.max(0, cut - 30))),
      )
      for (const [at, value] of changes) changed[at % changed.length] = value
      const trusting = {
        ...index,
        pageStarts: [0, changed.length],
        pageChecksums: [crc32(changed)],
      }
      try {
        for (const [, ...named] of readAll(changed, trusting)) {
          assert.ok(named.every(frame => frame < index.frameCount))
        }
      } catch (fault) {
        assert.ok(fault instanceof ArchiveError && fault.code === 'corrupt', String(fault))
        refused++
      }
    }),
    { numRuns: 5000 },
  )
  assert.ok(refused > 2000, `only ${refused} were refused`)
})

test('a footer that was written wrong is corrupt or describes an index of the object', () => {
  const start = index.pageStarts.at(-1)!
  const change = fc.tuple(fc.nat(object.length - start - 9), fc.constantFrom(0, 1, 16, 53, 64, 255))
  let refused = 0
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), changes => {
      const changed = Buffer.from(object)
      for (const [at, value] of changes) changed[start + at] = value
      changed.writeUInt32LE(crc32(changed.subarray(start, -4)), changed.length - 4)
      try {
        readAll(changed)
      } catch (fault) {
        assert.ok(fault instanceof ArchiveError && fault.code === 'corrupt', String(fault))
        refused++
      }
    }),
    { numRuns: 2000 },
  )
  assert.ok(refused > 500, `only ${refused} were refused`)
})
