import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseRfc3339 } from '../../lib/core/time.ts'
import { Intervals } from '../../lib/read/intervals.ts'
import type { Interval } from '../../lib/read/question.ts'

const cases: readonly [Interval, string, string, string, string][] = [
  // interval, zone, a time in it, its start, its end
  ['minute', 'UTC', '2026-03-01T12:34:56.5Z', '2026-03-01T12:34:00Z', '2026-03-01T12:35:00Z'],
  ['hour', 'UTC', '2026-03-01T12:34:56Z', '2026-03-01T12:00:00Z', '2026-03-01T13:00:00Z'],
  ['hour', 'Asia/Kolkata', '2026-03-01T12:34:56Z', '2026-03-01T12:30:00Z', '2026-03-01T13:30:00Z'],
  ['day', 'UTC', '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z'],
  ['week', 'UTC', '2026-11-20T12:00:00Z', '2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'],
  ['week', 'UTC', '1970-01-06T00:00:00Z', '1970-01-05T00:00:00Z', '1970-01-12T00:00:00Z'],
  ['month', 'UTC', '2024-02-29T23:59:59Z', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z'],
  ['year', 'UTC', '2026-11-20T12:00:00Z', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
  // Clocks in Berlin skip an hour: that day has 23.
  ['day', 'Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
  ['hour', 'Europe/Berlin', '2026-03-29T01:30:00Z', '2026-03-29T01:00:00Z', '2026-03-29T02:00:00Z'],
  // They repeat one in autumn: that day has 25, and both hours stand alone.
  ['day', 'Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
  ['hour', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25T00:00:00Z', '2026-10-25T01:00:00Z'],
  ['hour', 'Europe/Berlin', '2026-10-25T01:30:00Z', '2026-10-25T01:00:00Z', '2026-10-25T02:00:00Z'],
  [
    'month',
    'America/New_York',
    '2026-03-15T12:00:00Z',
    '2026-03-01T05:00:00Z',
    '2026-04-01T04:00:00Z',
  ],
  // Sao Paulo had no midnight that day: it began at one o'clock.
  [
    'day',
    'America/Sao_Paulo',
    '2018-11-04T12:00:00Z',
    '2018-11-04T03:00:00Z',
    '2018-11-05T02:00:00Z',
  ],
  // Lord Howe moves its clocks by half an hour, in the middle of one.
  [
    'hour',
    'Australia/Lord_Howe',
    '2026-10-03T15:40:00Z',
    '2026-10-03T15:30:00Z',
    '2026-10-03T16:00:00Z',
  ],
]

for (const [interval, zone, at, start, end] of cases) {
  test(`the ${interval} of ${at} in ${zone} begins at ${start}`, () => {
    const found = new Intervals(interval, zone).at(parseRfc3339(at)!)

    assert.deepEqual(found, { startMicros: parseRfc3339(start), endMicros: parseRfc3339(end) })
  })
}

test('intervals of any kind and zone join without gap or overlap', () => {
  const kinds = fc.constantFrom<Interval>('minute', 'hour', 'day', 'week', 'month', 'year')
  const zones = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/Sao_Paulo',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'America/Havana',
    'Africa/Casablanca',
  )
  const times = fc.integer({ min: parseRfc3339('1971-01-01')!, max: parseRfc3339('2040-01-01')! })
  fc.assert(
    fc.property(kinds, zones, times, (kind, zone, micros) => {
      const intervals = new Intervals(kind, zone)
      const found = intervals.at(micros)

      assert.ok(found.startMicros <= micros && micros < found.endMicros)
      assert.deepEqual(new Intervals(kind, zone).at(found.startMicros), found)
      assert.deepEqual(new Intervals(kind, zone).at(found.endMicros - 1), found)
      assert.equal(new Intervals(kind, zone).at(found.endMicros).startMicros, found.endMicros)
    }),
    { numRuns: 300 },
  )
})
