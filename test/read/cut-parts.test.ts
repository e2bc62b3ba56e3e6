import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { settingsWith } from '../../lib/core/settings.ts'
import { bytesOfPart, cutParts, partAfter } from '../../lib/read/cut-parts.ts'
import type { PlannedFrame } from '../../lib/read/plan-frames.ts'

const frames = fc
  .array(
    fc.record({
      object: fc.integer({ min: 0, max: 3 }),
      sizeBytes: fc.integer({ min: 1, max: 50 }),
      gap: fc.constantFrom(0, 5, 500),
    }),
    { maxLength: 60 },
  )
  .map(made => {
    const ends = [0, 0, 0, 0]
    return made.map(({ object, sizeBytes, gap }) => {
      const startByte = ends[object]! + gap
      ends[object] = startByte + sizeBytes
      return frame(`o${object}`, startByte, sizeBytes)
    })
  })
const limits = fc.record({
  scanPartBytesMin: fc.integer({ min: 1, max: 100 }),
  scanPartBytesMax: fc.integer({ min: 100, max: 400 }),
  scanPartItemsMax: fc.integer({ min: 1, max: 20 }),
  scanCallsMax: fc.integer({ min: 1, max: 8 }),
  mergeGapBytes: fc.constantFrom(0, 10),
  mergedRangeBytesMax: fc.integer({ min: 1, max: 300 }),
})

test('each frame is in one part, in a range that holds it, and parts keep to their limits', () => {
  fc.assert(
    fc.property(frames, limits, (given, changes) => {
      const settings = settingsWith(changes)

      const parts = cutParts(given, settings)

      const cut = parts.flatMap(part => part.frames)
      assert.deepEqual(new Set(cut), new Set(given))
      assert.equal(cut.length, given.length)
      for (const part of parts) {
        for (const { key, start, end, frames } of part.ranges) {
          for (const { source, entry } of frames) {
            assert.equal(source.key, key)
            assert.ok(start <= entry.startByte && entry.startByte + entry.sizeBytes <= end)
          }
        }
        if (part.ranges.length === 1) continue
        assert.ok(bytesOfPart(part) <= settings.scanPartBytesMax)
        assert.ok(part.frames.length <= settings.scanPartItemsMax)
      }
    }),
  )
})

test('a wave is shared by all calls that may be made, as far as it goes', () => {
  const given = Array.from({ length: 100 }, (_, i) => frame('o', i * 10, 10))
  const limits = { scanPartBytesMin: 50, scanPartBytesMax: 200, scanCallsMax: 8 }
  const countOf = (count: number) => cutParts(given.slice(0, count), settingsWith(limits)).length

  assert.deepEqual([0, 1, 5, 6, 40, 80, 100].map(countOf), [0, 1, 1, 2, 8, 8, 9])
  assert.equal(cutParts(given, settingsWith({ ...limits, scanCallsMax: 2 })).length, 5)
})

test('what is left of a part are the frames that are not done, without the bytes before', () => {
  const given = [frame('a', 0, 10), frame('a', 10, 10), frame('a', 20, 10), frame('b', 0, 10)]
  const [part] = cutParts(given, settingsWith())

  const left = [1, 2, 3, 4].map(doneCount => {
    const rest = partAfter(part!, doneCount)
    return [rest.frames.length, bytesOfPart(rest)]
  })

  assert.deepEqual(left, [
    [3, 30],
    [2, 20],
    [1, 10],
    [0, 0],
  ])
})

function frame(key: string, startByte: number, sizeBytes: number): PlannedFrame {
  return { source: { key }, entry: { startByte, sizeBytes } } as unknown as PlannedFrame
}
