import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FrameSet } from '../../lib/index/frame-set.ts'

test('a set has one of a range of frames when it has any of them', () => {
  const frames = fc.uniqueArray(fc.nat(150), { maxLength: 4 })
  fc.assert(
    fc.property(frames, fc.nat(160), fc.nat(160), (chosen, start, end) => {
      const set = FrameSet.of(chosen, 151)
      const expected = chosen.some(frame => frame >= start && frame < end)

      assert.equal(set.hasAny(start, end), expected)
    }),
  )
})
