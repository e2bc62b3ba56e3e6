import assert from 'node:assert/strict'
import test from 'node:test'
import { addressTime, intervalEnd, intervalFor, shortTime, ticks } from '../../console/time-axis.ts'

const day = 86_400_000
const at = (text: string) => Date.parse(text)

const intervals: [days: number, interval: string][] = [
  [1 / 24, 'minute'],
  [1, 'hour'],
  [30, 'day'],
  [365, 'day'],
  [7 * 365, 'week'],
  [20 * 365, 'month'],
  [40 * 365, 'year'],
]
for (const [days, interval] of intervals) {
  test(`${days} days are cut by ${interval}`, () => {
    assert.equal(intervalFor({ startMillis: 0, endMillis: days * day }), interval)
  })
}

test('months and years end where the next begins', () => {
  assert.equal(intervalEnd(at('2028-02-01'), 'month'), at('2028-03-01'))
  assert.equal(intervalEnd(at('2028-01-01'), 'year'), at('2029-01-01'))
  assert.equal(intervalEnd(at('2028-02-28'), 'day'), at('2028-02-29'))
})

const axes: [start: string, end: string, texts: string[]][] = [
  [
    '2026-11-20T10:05Z',
    '2026-11-20T11:05Z',
    ['10:10', '10:20', '10:30', '10:40', '10:50', '11:00'],
  ],
  [
    '2026-11-19T20:00Z',
    '2026-11-20T08:00Z',
    ['20:00', '22:00', '2026-11-20', '02:00', '04:00', '06:00'],
  ],
  ['2015-01-01', '2026-11-21', ['2015', '2020', '2025']],
  ['2026-01-15', '2026-12-15', ['2026-04', '2026-07', '2026-10']],
]
for (const [start, end, texts] of axes) {
  test(`the axis from ${start} to ${end} has round times`, () => {
    const found = ticks({ startMillis: at(start), endMillis: at(end) }, 6)

    assert.deepEqual(
      found.map(tick => tick.text),
      texts,
    )
  })
}

test('times are as short as they can be', () => {
  assert.equal(shortTime(at('2026-11-20T00:00:00Z')), '2026-11-20')
  assert.equal(shortTime(at('2026-11-20T10:00:00Z')), '2026-11-20 10:00')
  assert.equal(shortTime(at('2026-11-20T10:00:01.5Z')), '2026-11-20 10:00:01')
  assert.equal(addressTime(at('2026-11-20T10:00:00Z')), '2026-11-20T10:00Z')
  assert.equal(addressTime(at('2026-11-20T10:00:01.5Z')), '2026-11-20T10:00:01.500Z')
})
