import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compact } from '../../lib/brigade/compact.ts'
import { fold } from '../../lib/brigade/fold.ts'
import { Member } from '../../lib/brigade/member.ts'
import { logPolicy } from '../../lib/core/policy.ts'
import { parseTailKey, tailPrefix } from '../../lib/store/keys.ts'
import type { Store } from '../../lib/store/store.ts'
import { keysUnder, linesAt } from '../support/archive-lines.ts'
import { appendBatch, catalogOf, setPolicies } from '../support/brigade-place.ts'
import { makePlace, type TestPlace } from '../support/workplace.ts'

/** The store with other methods in the place of some of its own. */
function withOther(store: Store, others: Partial<Store>): Store {
  return new Proxy(store, {
    get: (target, name) => {
      const member = Reflect.get(others, name) ?? Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

async function overwrite(place: TestPlace, key: string, bytes: Buffer): Promise<void> {
  await place.store.delete([key])
  await place.store.create(key, bytes)
}

async function flipByte(place: TestPlace, key: string, at: number): Promise<void> {
  const bytes = Buffer.from((await place.store.get(key))!.bytes)
  bytes[at < 0 ? bytes.length + at : at]! ^= 1
  await overwrite(place, key, bytes)
}

test('a damaged batch is left where it is and named, and all others are folded', async () => {
  const place = makePlace()
  const keys: string[] = []
  for (let n = 0; n < 6; n++) keys.push(await appendBatch(place, [`{"@stream":"a","n":${n}}`]))
  const [inFrame, inFooter, cut, , other, swapped] = keys as [string, string, string, ...string[]]
  await flipByte(place, inFrame, 20)
  await flipByte(place, inFooter, -60)
  await overwrite(place, cut, (await place.store.get(cut))!.bytes.subarray(0, 100))
  await overwrite(place, swapped!, (await place.store.get(other!))!.bytes)

  const report = await new Member(place).once()

  const damaged = [inFrame, inFooter, cut, swapped!]
  assert.equal(report.foldedBatches, 2)
  assert.deepEqual(
    [...report.damaged].sort(),
    damaged.map(key => parseTailKey(key).identity),
  )
  assert.deepEqual(await keysUnder(place.store, 'tail/'), damaged)
  assert.deepEqual((await catalogOf(place)).claims, [])
})

test('a batch that can be read again is folded by the next member', async () => {
  const place = makePlace()
  const key = await appendBatch(place, ['{"@stream":"a"}'])
  await flipByte(place, key, 20)
  await new Member(place).once()

  await flipByte(place, key, 20)

  assert.equal((await new Member(place).once()).foldedBatches, 1)
})

test('and after a while by the member that found it damaged', async () => {
  const place = makePlace()
  const key = await appendBatch(place, ['{"@stream":"a"}'])
  await flipByte(place, key, 20)
  const member = new Member(place)
  await member.once()
  await flipByte(place, key, 20)

  assert.equal((await member.once()).foldedBatches, 0)
  place.clock.advance(place.settings.tidyPauseMillis)

  const { foldedBatches, damaged } = await member.once()
  assert.deepEqual([foldedBatches, damaged], [1, []])
})

test('a batch that is gone and that nobody folded is named, and others are folded', async () => {
  let gone = ''
  const place = makePlace({}, store =>
    withOther(store, {
      get: async (key, options) => (key === gone ? undefined : store.get(key, options)),
    }),
  )
  gone = await appendBatch(place, ['{"@time":1,"@stream":"s","n":1}'])
  await appendBatch(place, ['{"@time":2,"@stream":"s","n":2}'])

  const { foldedBatches, damaged } = await new Member(place).once()

  assert.deepEqual([foldedBatches, damaged], [1, [parseTailKey(gone).identity]])
  assert.deepEqual((await catalogOf(place)).claims, [])
})

test('a member lists the tail once, and folds and sweeps by that', async () => {
  let listings = 0
  const place = makePlace({ foldObjectsMax: 1 }, store =>
    withOther(store, {
      list: (prefix, options) => {
        if (prefix === tailPrefix) listings++
        return store.list(prefix, options)
      },
    }),
  )
  for (const n of [1, 2, 3]) await appendBatch(place, [`{"@time":${n},"@stream":"s","n":${n}}`])

  const { foldedBatches, sweptObjects } = await new Member(place).once(undefined, { tidies: false })

  assert.deepEqual([foldedBatches, sweptObjects, listings], [3, 3, 1])
})

test('a damaged run stays as it is and is named alone, and the others are merged', async () => {
  const place = makePlace({ foldObjectsMax: 1 })
  place.clock.advance(400 * 24 * 3600e3)
  for (let n = 0; n < 4; n++) {
    await appendBatch(place, [`{"@time":"2025-01-01T00:00:00Z","@stream":"a","n":${n}}`])
    await fold(place, new Set())
  }
  const before = (await catalogOf(place)).runs
  const broken = before[1]!
  await flipByte(place, broken.buckets[0]!.key, 20)
  const damaged = new Set<string>()

  assert.equal(await compact(place, damaged), 0)
  assert.deepEqual([...damaged], [broken.id])
  assert.equal(await compact(place, damaged), 3)
  assert.equal(await compact(place, damaged), undefined)

  const { runs, claims } = await catalogOf(place)
  assert.deepEqual(claims, [])
  assert.equal(runs.length, 2)
  assert.deepEqual(runs[0], broken)
  const merged = await linesAt(place.store, runs[1]!.buckets[0]!.key)
  assert.deepEqual(
    merged.map(line => JSON.parse(line).n),
    [0, 2, 3],
  )
})

test('a run that lost an object is left as it is, not tried for ever', async () => {
  for (const lost of ['bucket', 'index'] as const) {
    // Where nothing is compacted, all is rolled up.
    const compactRunsMax = lost === 'bucket' ? 16 : 1
    const place = makePlace({ foldObjectsMax: 1, rollupPartsMin: 2, compactRunsMax })
    await setPolicies(place, [{ ...logPolicy, bucketSizeBytes: 1 }])
    place.clock.advance(400 * 24 * 3600e3)
    for (let n = 0; n < 2; n++) {
      await appendBatch(place, [`{"@time":"2025-01-01T00:00:00Z","@stream":"a","n":${n}}`])
      await fold(place, new Set())
    }
    const { runs } = await catalogOf(place)
    const key = lost === 'bucket' ? runs[0]!.buckets[0]!.key : runs[0]!.index.key
    await place.store.delete([key])

    const report = await new Member(place).once()

    assert.ok(report.damaged.includes(runs[0]!.id), lost)
    const after = await catalogOf(place)
    assert.deepEqual([after.runs.length, after.rollups, after.claims], [2, [], []])
  }
})
