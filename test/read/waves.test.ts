import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countWaves, firstWaveOf, nextWaveOf } from '../../lib/read/waves.ts'

const object = (eventCount: number, streamCount: number | undefined) => ({
  eventCount,
  streamCount,
})

test('waves grow to their limit', () => {
  assert.deepEqual(
    [0, 1, 8, 9, 24, 25, 100].map(count => countWaves(count, 8, 16)),
    [0, 1, 1, 2, 2, 3, 7],
  )
})

test('the first wave has as many objects as hold the events of an average stream', () => {
  const sparse = Array.from({ length: 84 }, () => object(4000, 1000))

  assert.equal(firstWaveOf(50, sparse), 19)
  assert.equal(firstWaveOf(50, [object(4000, 1)]), 8)
  assert.equal(firstWaveOf(50, [object(10, 10)]), 64)
  assert.equal(firstWaveOf(50, [object(10, undefined)]), 8)
})

test('the next wave goes by what the one before had', () => {
  assert.equal(nextWaveOf(50, 8, 0), 64)
  assert.equal(nextWaveOf(50, 8, 8), 50)
  assert.equal(nextWaveOf(50, 8, 400), 16)
})
