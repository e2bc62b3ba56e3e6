import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ArchiveError } from '../../lib/core/errors.ts'
import { defaultSettings, type Settings, settingsWith } from '../../lib/core/settings.ts'

test('settings are the defaults but for what is changed', () => {
  assert.deepEqual(settingsWith(), defaultSettings)
  assert.deepEqual(settingsWith({ recentMax: 0 }), { ...defaultSettings, recentMax: 0 })
})

test('an unknown setting and a value that is no size are refused by name', () => {
  const changes = [
    { bucketSize: 1 },
    { toString: 1 },
    { constructor: 1 },
  ] as unknown as Partial<Settings>[]
  for (const value of [-1, Number.NaN, Infinity, '5' as unknown as number]) {
    changes.push({ recentMax: value })
  }
  for (const change of changes) {
    assert.throws(
      () => settingsWith(change),
      (fault: unknown) =>
        fault instanceof ArchiveError &&
        fault.code === 'invalid' &&
        fault.message.includes(Object.keys(change)[0]!),
    )
  }
})

test('limits that rest on each other are in order', () => {
  const { acceptWindowMillis, floorLagMillis, eventBytesMax, batchBytesMax } = defaultSettings
  const dayMillis = 24 * 3600e3

  // PROTOCOL V1: the floor lags by the accept window and at least a day more.
  assert.ok(floorLagMillis >= acceptWindowMillis + dayMillis)
  assert.ok(eventBytesMax < batchBytesMax)
  assert.ok(defaultSettings.bodyDecodedBytesMax < batchBytesMax)
})
