import assert from 'node:assert/strict'
import { test } from 'node:test'
import { playHistory } from './history.ts'

test('300 histories under every fault break no promise and come to rest', async () => {
  let rolledUp = 0
  for (let seed = 1; seed <= 300; seed++) {
    const { broken, ...report } = await playHistory(seed)
    rolledUp += report.rolledUp
    assert.deepEqual(broken, [], `replay it: npm run sim -- --seed ${seed}`)
  }
  assert.ok(rolledUp > 1000)
})

test('the same seed plays the same history', async () => {
  const [first, again, other] = [await playHistory(5), await playHistory(5), await playHistory(6)]
  assert.equal(first.traceHash, again.traceHash)
  assert.notEqual(first.traceHash, other.traceHash)
})
