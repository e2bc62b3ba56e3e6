import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openArchive } from '../../lib/archive.ts'
import { setPolicies } from '../../lib/catalog/set-policies.ts'
import { logPolicy } from '../../lib/core/policy.ts'
import type { SearchQuestion } from '../../lib/read/question.ts'
import { makePlace } from '../support/workplace.ts'

const eventCount = 600
const question: SearchQuestion = { query: 'needle-417 OR 10.0.2.0/24' }

/** An archive of many small frames; event i holds its number and an address. */
async function sealedArchive() {
  const place = makePlace({ groupCommitMillis: 0 })
  await setPolicies(place, [{ ...logPolicy, frameSizeBytes: 4096 }])
  const { store, clock, random, settings } = place
  const archive = await openArchive({ store, clock, random, settings })
  const lines = Array.from({ length: eventCount }, (_, i) =>
    JSON.stringify({ '@time': 1.7e15 + i, text: `needle-${i}`, ip: `10.0.${i >> 8}.${i & 255}` }),
  )
  await archive.append({ stream: 's', lines: Buffer.from(lines.join('\n')) })
  await archive.brigadeOnce()
  return store
}

async function ask(store: Awaited<ReturnType<typeof sealedArchive>>, asked = question) {
  const hits = (await openArchive({ store })).search(asked)
  const found: string[] = []
  for await (const hit of hits) found.push(JSON.parse(hit.line.toString()).text)
  return { found, ...hits.end() }
}

const expected = [
  ...Array.from({ length: eventCount - 512 }, (_, i) => `needle-${512 + i}`).reverse(),
  'needle-417',
]

test('an answer with the term index holds what one without it would', async () => {
  const store = await sealedArchive()

  const { found, warnings } = await ask(store)

  assert.deepEqual(found, expected)
  assert.deepEqual(warnings, [])
  assert.equal((await ask(store, {})).found.length, eventCount)
})

test('a question for a word that is nowhere reads no bucket', async () => {
  const store = await sealedArchive()
  const { objects } = await store.list('buckets/')
  await store.delete(objects.map(object => object.key))

  const { found, complete, receipt } = await ask(store, { query: 'thimble' })

  assert.deepEqual([found, complete], [[], true])
  assert.equal(receipt.requests.get, 2)
})

test('an index that is gone costs a wider read and a warning, no event', async () => {
  const store = await sealedArchive()
  const [index] = (await store.list('index/')).objects
  await store.delete([index!.key])

  const { found, warnings, complete, damage } = await ask(store)

  assert.deepEqual(found, expected)
  assert.match(warnings[0]!.detail, /^index\/.* its run is searched whole/)
  assert.deepEqual([complete, damage], [true, []])
})

test('so does an index with a flipped byte, wherever it is', async () => {
  const store = await sealedArchive()
  const [index] = (await store.list('index/')).objects
  const { bytes } = (await store.get(index!.key))!
  for (let at = 0; at < bytes.length; at += 97) {
    const flipped = Buffer.from(bytes)
    flipped[at]! ^= 0x10
    await store.delete([index!.key])
    await store.create(index!.key, flipped)

    const { found, warnings } = await ask(store)

    assert.deepEqual(found, expected, `byte ${at}`)
    assert.ok(warnings.length <= 1)
  }
})
