import assert from 'node:assert/strict'
import { test } from 'node:test'
import { playHistory } from './history.ts'
import { playSeeds } from './play-seeds.ts'

/** `npm run sim` plays thousands. */
const histories = 60

test(`${histories} histories under every fault break no promise and come to rest`, async () => {
  const { broken, ...report } = await playSeeds(1, histories)

  const { seed, promises = [] } = broken ?? {}
  assert.deepEqual(promises, [], `replay it: npm run sim -- --seed ${seed}`)
  assert.equal(report.histories, histories)
  assert.equal(report.replayedAlike, report.replayed)
  assert.ok(report.operations >= histories * 300)
  assert.ok(report.ackedEvents > histories * 100)
})

test('the same seed plays the same history', async () => {
  const [first, again, other] = [await playHistory(5), await playHistory(5), await playHistory(6)]
  assert.equal(first.traceHash, again.traceHash)
  assert.notEqual(first.traceHash, other.traceHash)
})
