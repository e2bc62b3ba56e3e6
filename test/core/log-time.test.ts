import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  parseAccessTime,
  parseBsdTime,
  parseLeadingTime,
  timeInYear,
} from '../../lib/core/log-time.ts'
import { formatTime } from '../../lib/core/time.ts'

const written = (micros: number | undefined) =>
  micros === undefined ? undefined : formatTime(micros)

test('the time of an access log has a zone', () => {
  const times: [string, string | undefined][] = [
    ['17/May/2015:10:05:03 +0000', '2015-05-17T10:05:03.000000Z'],
    ['10/Oct/2000:13:55:36 -0700', '2000-10-10T20:55:36.000000Z'],
    ['29/Feb/2024:00:00:00 +0000', '2024-02-29T00:00:00.000000Z'],
    ['29/Feb/2023:00:00:00 +0000', undefined],
    ['17/Mai/2015:10:05:03 +0000', undefined],
    ['17/anF/2015:10:05:03 +0000', undefined],
    ['17/May/2015:24:05:03 +0000', undefined],
    ['17/May/2015:10:05:03', undefined],
    ['', undefined],
  ]
  for (const [text, time] of times) assert.equal(written(parseAccessTime(text)), time, text)
})

test('the time of BSD syslog gets its year from outside', () => {
  const times: [string, number, string | undefined][] = [
    ['Jan 26 00:00:05 host', 2025, '2025-01-26T00:00:05.000000Z'],
    ['Jan  6 00:00:05', 2025, '2025-01-06T00:00:05.000000Z'],
    ['Dec 6 23:59:59.25 x', 2025, '2025-12-06T23:59:59.250000Z'],
    ['Feb 29 00:00:00', 2024, '2024-02-29T00:00:00.000000Z'],
    ['Feb 29 00:00:00', 2025, undefined],
    ['Feb 30 00:00:00', 2024, undefined],
  ]
  for (const [text, year, time] of times) {
    assert.equal(written(timeInYear(parseBsdTime(text)!, year)), time, text)
  }
  assert.equal(parseBsdTime('jan 26 00:00:05'), undefined)
  assert.equal(parseBsdTime('Jan 26 0:00:05'), undefined)
})

test('the time a line begins with may be in brackets, and says where it ends', () => {
  const times: [string, string | undefined, number?][] = [
    ['[2016-12-19 16:32:01,609] INFO', '2016-12-19T16:32:01.609000Z', 25],
    ['2016-12-19T19:27:48.123+0100: 1.5', '2016-12-19T18:27:48.123000Z', 28],
    ['2016/12/19 16:32:01 [error]', '2016-12-19T16:32:01.000000Z', 19],
    ['2016-12-19 16:32:01.123456789Z', '2016-12-19T16:32:01.123456Z', 30],
    ['[2016-12-19 16:32:01 +02:00]', '2016-12-19T14:32:01.000000Z', 28],
    ['[2016-12-19 16:32:01 INFO]', undefined],
    ['2016-12-19 16:32:01]', undefined],
    ['2016-13-19 16:32:01', undefined],
    ['2016-12-19', undefined],
    [' 2016-12-19 16:32:01', undefined],
    ['\tat kafka.Some', undefined],
  ]
  for (const [text, time, length] of times) {
    const found = parseLeadingTime(text)
    assert.deepEqual([written(found?.micros), found?.length], [time, length], text)
  }
})
