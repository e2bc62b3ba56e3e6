import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { brigadeWake } from '../../lib/infra/brigade-wake.ts'
import { type Day, playDay } from './day.ts'
import { figuresOf } from './figures.ts'

/** Some minutes of 1 TB a day, in which more goes wrong than in a year. */
const bad = {
  seed: 3,
  hours: 0.4,
  bytesADay: 1e12,
  scale: 1000,
  writers: 16,
  faults: { busy: 0.02, answerLost: 0.01, outage: 2e-4 },
  deathRate: 0.1,
  throttledHours: [0.15, 0.25],
} as const

/** The last call died, and its messages came again; by then claims of the dead were stale. */
const oldestMinutesMax = brigadeWake.visibilityMinutes + 0.1 * 60 + 5

describe('some minutes at 1 TB a day through the deployed topology', () => {
  let day: Day

  before(async () => {
    day = await playDay(bad)
  })

  test('no acknowledged event is lost or doubled, whatever fails', () => {
    assert.ok(day.written.retries + day.brigade.counts.died + day.brigade.counts.throttled > 0)
    assert.equal(day.counted, day.written.events)
  })

  test('the tail stays bounded and is empty in the end', () => {
    for (const { minute, oldestMinutes } of day.tail) {
      assert.ok(oldestMinutes <= oldestMinutesMax, `minute ${minute}: ${oldestMinutes} minutes`)
    }
    assert.equal(day.tail.at(-1)!.batches, 0)
  })

  test('every message wakes a member, and none is given up', () => {
    const { sent, delivered, deadLetters } = day.queue.counts
    assert.ok(delivered >= sent)
    assert.equal(deadLetters, 0)
  })

  test('no call runs out of time', () => {
    assert.equal(day.brigade.counts.timedOut, 0)
  })

  test('it has a price, line by line', () => {
    const dollars = figuresOf(day).filter(({ unit }) => unit === '$/TB')
    const total = dollars.at(-1)!.value
    const sum = dollars.slice(0, -1).reduce((before, { value }) => before + value, 0)
    assert.ok(Math.abs(total - sum) < 1e-9)
    assert.ok(total > 0)
  })
})
