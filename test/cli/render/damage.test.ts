import assert from 'node:assert/strict'
import { test } from 'node:test'
import { showDamage } from '../../../lib/cli/render/damage.ts'
import { timesIn } from '../../../lib/cli/render/zoned-time.ts'

const damage = {
  object: 'buckets/j/000000.zst',
  startByte: 10,
  endByte: 90,
  streams: [],
  startMicros: 0,
  endMicros: 1e6,
  eventCount: 7,
  reason: 'checksum is 1, expected 2',
}

test('of much damage the first ranges are named and the rest is counted', () => {
  const lines = showDamage(
    Array.from({ length: 13 }, () => damage),
    timesIn(),
  )

  assert.equal(lines.length, 11)
  assert.match(lines[0]!, /bytes 10-90: .* up to 7 events of unknown streams between 1970/)
  assert.match(lines[10]!, /3 more ranges; the answer lacks up to 21 more events$/)
})
