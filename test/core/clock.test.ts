import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../lib/core/clock.ts'

test('the clock of the machine is followed when it is set, by a process that runs', t => {
  const real = Date.now()
  const day = 24 * 3600e3
  for (const millis of [real, real - day, real + day, real]) {
    t.mock.timers.enable({ apis: ['Date'], now: millis })

    const micros = systemClock.nowMicros()

    assert.ok(Math.abs(micros / 1000 - millis) < 2000, `${micros} for ${millis}`)
    t.mock.timers.reset()
  }
})

test('between two looks it goes on in parts of a millisecond, and never back', () => {
  let last = systemClock.nowMicros()
  const steps = new Set<number>()
  for (let i = 0; i < 10_000; i++) {
    const now = systemClock.nowMicros()
    assert.ok(now >= last)
    steps.add(now % 1000)
    last = now
  }
  assert.ok(steps.size > 10)
})
