import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ArchiveError } from '../../lib/core/errors.ts'
import { joinSections, readDescription } from '../../lib/index/index-object.ts'
import { termOf } from '../../lib/index/term-hash.ts'
import { checksumOf, pageHeadBytes } from '../../lib/index/term-page.ts'
import { assertCorrupt } from '../support/corrupt.ts'
import { indexOfTerms, readAll, testOwner } from './support/make-index.ts'

const frames = Array.from({ length: 70 }, (_, frame) =>
  ['everywhere', `often ${frame % 3}`, `once ${frame}`, `twice ${frame >> 1}`].map(termOf),
)
/** Lists of its own lie behind its page. */
const withLists = indexOfTerms(
  Array.from({ length: 2600 }, (_, i) => (i % 11 < 5 || (i * 7919) % 13 < 4 ? [1] : [2])),
)

for (const [which, index] of [
  ['an index to be merged', indexOfTerms(frames.slice(0, 7), { isFinal: false })],
  ['a final one', indexOfTerms(frames.slice(0, 7))],
  ['one that counts', indexOfTerms(frames)],
  ['one with lists behind its pages', withLists],
] as const) {
  test(`every single bit flip of ${which} is noticed`, () => {
    const { bytes, shape } = index
    const object = joinSections([bytes], { terms: shape }, testOwner)
    assert.ok(readAll(index).length > 0)
    for (let bit = 0; bit < object.length * 8; bit++) {
      const flipped = Buffer.from(object)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      assertCorrupt(() => {
        readAll({ bytes: flipped, shape })
        readDescription(flipped, testOwner)
      }, `bit ${bit}`)
    }
  })

  test(`every truncation of ${which} is noticed`, () => {
    const { bytes, shape } = index
    for (let length = 0; length < bytes.length; length++) {
      assertCorrupt(() => readAll({ bytes: bytes.subarray(0, length), shape }), `${length}`)
    }
  })
}

test('every truncation of a description, at either end, is noticed', () => {
  const object = joinSections([], { terms: withLists.shape }, testOwner)
  for (let length = 0; length < object.length; length++) {
    const attempts = [object.subarray(0, length), object.subarray(object.length - length)]
    for (const cut of attempts) assertCorrupt(() => readDescription(cut, testOwner), `${length}`)
  }
})

for (const [which, { bytes, shape }] of [
  ['to be merged', indexOfTerms(frames, { isFinal: false })],
  ['that counts', indexOfTerms(frames)],
  ['of few frames', indexOfTerms(frames.slice(0, 9))],
] as const) {
  test(`a page ${which} that was written wrong is corrupt or names frames that are there`, () => {
    const change = fc.tuple(fc.nat(bytes.length - 5), fc.nat(255))
    let refused = 0
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(40), (changes, cut) => {
        const sizeBytes = Math.max(pageHeadBytes, bytes.length - Math.max(0, cut - 30))
        const changed = Buffer.from(bytes.subarray(0, sizeBytes))
        for (const [at, value] of changes) changed[4 + (at % (sizeBytes - 4))] = value
        changed.writeUInt32LE(checksumOf(testOwner, 0, changed.subarray(4)), 0)
        try {
          const all = readAll({ bytes: changed, shape: { ...shape, pageBytes: sizeBytes } })
          for (const [, ...named] of all) {
            assert.ok(named.every(frame => frame < shape.frameCount))
          }
        } catch (fault) {
          assert.ok(fault instanceof ArchiveError && fault.code === 'corrupt', String(fault))
          refused++
        }
      }),
      { numRuns: 3000 },
    )
    assert.ok(refused > 300, `only ${refused} were refused`)
  })
}
