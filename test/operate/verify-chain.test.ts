import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fold } from '../../lib/brigade/fold.ts'
import { moveChain } from '../../lib/brigade/move-chain.ts'
import { wrap } from '../../lib/bytes/envelope.ts'
import { logPolicy } from '../../lib/core/policy.ts'
import { appendBatch, catalogOf } from '../support/brigade-place.ts'
import { forgeCatalog, replaceObject } from '../support/insider.ts'
import { findingsOf } from '../support/operated-archive.ts'
import { makePlace, type TestPlace } from '../support/workplace.ts'

/** Three folds, two of whose entries lie in a segment. */
async function chainedArchive(): Promise<TestPlace> {
  const place = makePlace({ chainEntriesMax: 1 })
  for (const n of [0, 1, 2]) {
    place.clock.advance(1)
    await appendBatch(place, [`{"@stream":"a","n":${n}}`])
    await fold(place, new Set())
    if (n === 1) await moveChain(place)
  }
  return place
}

const faultsOf = async (place: TestPlace) =>
  (await findingsOf(place)).filter(({ kind }) => kind !== 'orphan')

const segmentKey = async (place: TestPlace) => (await catalogOf(place)).chain.segments[0]!.key

test('segments of the chain are no orphans, and an honest chain is right', async () => {
  const place = await chainedArchive()

  assert.equal((await catalogOf(place)).chain.segments.length, 1)
  assert.deepEqual(await findingsOf(place), [])
})

test('a segment that is gone is missing', async () => {
  const place = await chainedArchive()
  const key = await segmentKey(place)
  await place.store.delete([key])

  assert.deepEqual(
    (await faultsOf(place)).map(({ kind, object }) => [kind, object]),
    [['missing', key]],
  )
})

test('a segment that holds no entries is damaged, whatever stands in it', async () => {
  for (const content of ['null\n', '{}\n', '{"number":1,\n', '[]\n']) {
    const place = await chainedArchive()
    const key = await segmentKey(place)
    await replaceObject(place.store, key, wrap(Buffer.from(content)))

    const damaged = (await faultsOf(place)).filter(({ kind }) => kind === 'damaged')

    assert.equal(damaged.length, 1)
    assert.ok(damaged[0]!.reason.startsWith(`${key}, line 1`), damaged[0]!.reason)
  }
})

test('an entry that does not follow, a setting without an entry: contradictions', async () => {
  const place = await chainedArchive()
  await forgeCatalog(place.store, now => ({ ...now, policies: [logPolicy] }))
  const [unset] = await faultsOf(place)
  await forgeCatalog(place.store, now => {
    const entries = now.chain.entries.map(entry => ({ ...entry, previous: '0'.repeat(64) }))
    return { ...now, chain: { ...now.chain, entries } }
  })
  const [unfollowed] = await faultsOf(place)

  assert.deepEqual([unset!.kind, unfollowed!.kind], ['contradiction', 'contradiction'])
  assert.match(unset!.reason, /^policies of the catalog was set without an entry$/)
  assert.match(unfollowed!.reason, /^entry 2 or the hash of it in the next is altered$/)
})
