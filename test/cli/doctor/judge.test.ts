import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  judgeClaims,
  judgeClock,
  judgeCost,
  judgeForeign,
  judgeNode,
  judgeOrphans,
  judgeTail,
} from '../../../lib/cli/doctor/judge.ts'
import { defaultSettings } from '../../../lib/core/settings.ts'

const hour = 3600e6

test('a Node that is too old or without zstd fails', () => {
  const states = [
    judgeNode('24.1.0', true),
    judgeNode('22.15.0', true),
    judgeNode('22.14.9', true),
    judgeNode('24.1.0', false),
  ].map(({ state }) => state)

  assert.deepEqual(states, ['ok', 'ok', 'fail', 'fail'])
})

test('a clock that is off is a warning, and a failure when batches would be refused', () => {
  const states = [0, 4.9e6, -6e6, 301e6, -301e6].map(
    skew => judgeClock(hour, hour + skew, defaultSettings).state,
  )

  assert.deepEqual(states, ['ok', 'ok', 'warn', 'fail', 'fail'])
  assert.match(judgeClock(hour, hour - 6e6, defaultSettings).found, /6\.0 s behind the store/)
})

test('a tail that is old or long asks for the brigade', () => {
  const object = { sizeBytes: 500, idTimeMillis: hour / 1000 }
  const long = Array.from({ length: 20_000 }, () => object)
  const full = Array.from({ length: 100_000 }, () => object)

  const states = [
    judgeTail([], hour, defaultSettings),
    judgeTail([object], hour, defaultSettings),
    judgeTail([object], 2 * hour, defaultSettings),
    judgeTail(long, hour, defaultSettings),
    judgeTail(full, hour, defaultSettings),
  ].map(({ state }) => state)

  assert.deepEqual(states, ['ok', 'ok', 'warn', 'warn', 'fail'])
})

test('an object under tail/ with a name that is none of ours is a warning', () => {
  const object = { key: 'tail/notes.txt', sizeBytes: 1, modifiedMicros: 0 }

  assert.equal(judgeForeign([]), undefined)
  assert.match(judgeForeign([object])?.found ?? '', /^1 object .* tail\/notes\.txt$/)
})

test('claims of the dead and orphans are warnings with advice', () => {
  const claim = { jobId: 'j', kind: 'fold', inputs: [], claimedMicros: 0 } as const
  const orphan = { key: 'k', sizeBytes: 1500, modifiedMicros: 0 }

  assert.equal(judgeClaims([claim], 60e6, defaultSettings).state, 'ok')
  assert.equal(judgeClaims([claim], hour, defaultSettings).state, 'warn')
  const rollup = { startMicros: 0, endMicros: hour, isFinal: false }
  assert.equal(judgeClaims([{ ...claim, rollup }], hour, defaultSettings).state, 'ok')
  assert.equal(judgeOrphans([]).state, 'ok')
  assert.deepEqual(judgeOrphans([orphan]), {
    name: 'orphans',
    state: 'warn',
    found: '1 object, 1.5 kB',
    advice: '`varve brigade --once` deletes them',
  })
})

test('what lies there costs by its bytes and its age, and a PUT each', () => {
  const month = (365.25 / 12) * 86_400e6
  const object = { key: 'k', sizeBytes: 1e9, modifiedMicros: 0 }

  const { found } = judgeCost([object, { ...object, modifiedMicros: month }], 2 * month)

  // 2 GB at $0.023; one for two months and one for one, and $0.00001 for two PUTs.
  assert.match(found, /^2 objects, 2\.0 GB: \$0\.046\d* a month, \$0\.069\d* so far$/)
  assert.match(judgeCost([], month).found, /^0 objects, 0 B: /)
})
