import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asTimeZone, timesIn } from '../../../lib/cli/render/zoned-time.ts'
import { parseRfc3339 } from '../../../lib/core/time.ts'

const summer = parseRfc3339('2025-07-01T23:30:00.125Z')!
const winter = parseRfc3339('2025-01-01T00:30:00.000001Z')!

test('a time is shown in its zone with the offset of that day', () => {
  const berlin = timesIn('Europe/Berlin')

  assert.equal(berlin(summer), '2025-07-02T01:30:00.125+02:00')
  assert.equal(berlin(winter), '2025-01-01T01:30:00.000001+01:00')
  assert.equal(timesIn('America/St_Johns')(winter), '2024-12-31T21:00:00.000001-03:30')
  assert.equal(timesIn()(summer), '2025-07-01T23:30:00.125Z')
})

test('a time that is shown can be given back as an option', () => {
  for (const zone of ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Europe/London']) {
    assert.equal(parseRfc3339(timesIn(zone)(winter)), winter)
  }
})

test('a name that is no time zone is refused', () => {
  assert.throws(() => asTimeZone('Mars/Olympus'), /Expected an IANA name/)
})
