import assert from 'node:assert/strict'
import { test } from 'node:test'
import { workloads } from '../../bench/corpora/corpora.ts'
import { fillArchive } from '../../bench/filled-archive.ts'
import { type CountedLife, countFlood, countTrickle } from '../../bench/rows/cost.ts'
import { measuredLogs, requestsACall, requestsAGigabyte } from '../../lib/operate/cost/measured.ts'
import { requestDollars } from '../../lib/store/prices.ts'
import { listAll, type Store } from '../../lib/store/store.ts'

/** How far the table may be from what is counted here, at less than a tenth of its scale. */
const factorMax = 1.5

test('what a call of the brigade costs is what the engine asks for', async () => {
  assertNear(await countTrickle(30))
})

test('what a flood costs is what the engine asks for', async () => {
  assertNear(await countFlood(16e6, 1e6))
})

for (const corpus of workloads) {
  test(`the measured sizes of ${corpus.name} logs are those the engine makes`, async () => {
    const { store, rawBytes } = await fillArchive(corpus, { seed: 1, sizeBytes: 4e6 })
    const bucketBytes = await bytesUnder(store, 'buckets/')
    const indexBytes = await bytesUnder(store, 'index/')

    const logs = measuredLogs[corpus.name as keyof typeof measuredLogs]

    assertFactor(logs.rawOverStored, rawBytes / bucketBytes)
    assertFactor(logs.indexOverStored, indexBytes / bucketBytes)
  })
}

test('there are measured sizes of every kind of generated logs, and of no other', () => {
  assert.deepEqual(Object.keys(measuredLogs).sort(), workloads.map(({ name }) => name).sort())
})

/** As `varve cost` reckons appends and the brigade. */
function reckoned({ batches, calls, rawBytes }: CountedLife): number {
  const batch = { get: 0, list: 0, put: 1, delete: 0 }
  return (
    batches * requestDollars(batch) +
    calls * requestDollars(requestsACall) +
    (batches - calls) * requestDollars({ ...batch, put: 0, get: 1 }) +
    (rawBytes / 1e9) * requestDollars(requestsAGigabyte)
  )
}

function assertNear(life: CountedLife): void {
  assertFactor(reckoned(life), requestDollars(life.requests))
}

function assertFactor(told: number, counted: number): void {
  const factor = Math.max(told / counted, counted / told)
  assert.ok(factor <= factorMax, `the table says ${told}, counted was ${counted}`)
}

async function bytesUnder(store: Store, prefix: string): Promise<number> {
  let bytes = 0
  for await (const { sizeBytes } of listAll(store, prefix)) bytes += sizeBytes
  return bytes
}
