import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bar, showBars } from '../../../lib/cli/render/bars.ts'
import { unpainted } from '../../../lib/cli/render/paint.ts'
import { timesIn } from '../../../lib/cli/render/zoned-time.ts'

test('a bar is as long as its part, to an eighth, and shows the smallest part', () => {
  assert.equal(bar(10, 10, 4), '████')
  assert.equal(bar(5, 10, 4), '██')
  assert.equal(bar(1, 32, 4), '▏')
  assert.equal(bar(1, 1_000_000, 4), '▏')
  assert.equal(bar(0, 10, 4), '')
  assert.equal(bar(0, 0, 4), '')
})

test('intervals are a line each, and a gap between them is marked', () => {
  const hour = 3600e6
  const options = { showTime: timesIn(), paint: unpainted, columns: 42, intervalMicros: hour }

  const bars = showBars(
    [
      { startMicros: 0, count: 1000 },
      { startMicros: hour, count: 500 },
      { startMicros: 4 * hour, count: 1 },
    ],
    options,
  )

  assert.equal(
    bars,
    '1970-01-01T00:00:00.000Z 1,000 ██████████\n' +
      '1970-01-01T01:00:00.000Z   500 █████\n' +
      '⋮\n' +
      '1970-01-01T04:00:00.000Z     1 ▏\n',
  )
})
