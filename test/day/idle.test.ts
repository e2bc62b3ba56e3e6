import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BusyStore } from './busy-store.ts'
import { deploy, followSchedule, lifeOf } from './day.ts'

const calm = {
  seed: 1,
  hours: 0,
  bytesADay: 0,
  scale: 1,
  writers: 1,
  faults: { busy: 0, answerLost: 0, outage: 0 },
  deathRate: 0,
  throttledHours: [0, 0],
} as const
/** A day, and time for the call with which it ends. */
const dayMinutes = 24 * 60 + 20
const requestsMax = 24

test('while nobody writes or asks, a day costs one call and few requests', async () => {
  const deployed = deploy(calm)
  const { scheduler, store, queue, brigade, open } = deployed
  const writer = await open(lifeOf('writer'), 'writer')
  const reader = await open(lifeOf('reader'), 'reader')
  await writer.append({ stream: 'web', lines: Buffer.from('{"status":200}') })
  await followSchedule(deployed, dayMinutes)
  assert.equal((await reader.count({ query: 'status:200' })).count, 1)
  assert.equal(queue.waiting, 0)
  const [before, callsBefore] = [requestsOf(store), brigade.counts.calls]

  await followSchedule(deployed, dayMinutes)

  const after = requestsOf(store)
  const made = Object.fromEntries(
    [...after].map(([role, count]) => [role, count - before.get(role)!]),
  )
  assert.equal(made.writer, 0)
  assert.equal(made.reader, 0)
  assert.ok(made.brigade! <= requestsMax, `the brigade made ${made.brigade} requests`)
  assert.equal(brigade.counts.calls - callsBefore, 1)
  await Promise.all([writer.close(), reader.close()])
  scheduler.stop()
})

function requestsOf(store: BusyStore): Map<string, number> {
  return new Map(
    [...store.requests].map(([role, { get, list, put, delete: deletes }]) => {
      return [role, get + list + put + deletes] as const
    }),
  )
}
