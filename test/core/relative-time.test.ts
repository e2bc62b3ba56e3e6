import assert from 'node:assert/strict'
import test from 'node:test'
import { parseTimeOrRelative } from '../../lib/core/relative-time.ts'
import { formatTime, parseRfc3339 } from '../../lib/core/time.ts'

const now = parseRfc3339('2026-11-20T12:34:56.789012Z')! // a Friday

const times: [text: string, time: string][] = [
  ['now', '2026-11-20T12:34:56.789012Z'],
  ['-15m', '2026-11-20T12:19:56.789012Z'],
  ['now-15m', '2026-11-20T12:19:56.789012Z'],
  ['+1h', '2026-11-20T13:34:56.789012Z'],
  ['-250ms', '2026-11-20T12:34:56.539012Z'],
  ['now/s', '2026-11-20T12:34:56.000000Z'],
  ['now/h', '2026-11-20T12:00:00.000000Z'],
  ['now/d', '2026-11-20T00:00:00.000000Z'],
  ['now/w', '2026-11-16T00:00:00.000000Z'],
  ['now/M', '2026-11-01T00:00:00.000000Z'],
  ['now/y', '2026-01-01T00:00:00.000000Z'],
  ['now-7d/d', '2026-11-13T00:00:00.000000Z'],
  ['now/d-1h', '2026-11-19T23:00:00.000000Z'],
  ['-2w', '2026-11-06T12:34:56.789012Z'],
  ['-1M', '2026-10-20T12:34:56.789012Z'],
  ['-9M-1d', '2026-02-19T12:34:56.789012Z'],
  ['-1y', '2025-11-20T12:34:56.789012Z'],
  ['-100y', '1970-01-01T00:00:00.000000Z'],
  ['-999999999y', '1970-01-01T00:00:00.000000Z'],
  ['2026-11-20', '2026-11-20T00:00:00.000000Z'],
  ['1795199622.84', '2026-11-20T18:33:42.840000Z'],
]
for (const [text, time] of times) {
  test(`${text} is ${time} at 12:34:56 on 2026-11-20`, () => {
    assert.equal(formatTime(parseTimeOrRelative(text, now)!), time)
  })
}

test('a month back from its 31st day is the last day of a shorter one', () => {
  const march = parseRfc3339('2028-03-31T01:00:00Z')!

  assert.equal(formatTime(parseTimeOrRelative('-1M', march)!), '2028-02-29T01:00:00.000000Z')
})

for (const text of [
  '',
  'nowt',
  'now-',
  '-15',
  '15m',
  '-1x',
  'now/x',
  'now/ms',
  'yesterday',
  '-1h ',
]) {
  test(`${JSON.stringify(text)} is no time`, () => {
    assert.equal(parseTimeOrRelative(text, now), undefined)
  })
}
