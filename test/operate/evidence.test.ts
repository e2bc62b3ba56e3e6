import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fold } from '../../lib/brigade/fold.ts'
import { claimJob } from '../../lib/brigade/job.ts'
import { Member } from '../../lib/brigade/member.ts'
import { prune } from '../../lib/brigade/prune.ts'
import { listTail } from '../../lib/catalog/tail.ts'
import { logPolicy } from '../../lib/core/policy.ts'
import { putMask } from '../../lib/mask/put-mask.ts'
import { attest } from '../../lib/operate/attest.ts'
import { backUp } from '../../lib/operate/backup.ts'
import { verifySince } from '../../lib/operate/evidence.ts'
import type { Store } from '../../lib/store/store.ts'
import { appendBatch, catalogOf, setPolicies } from '../support/brigade-place.ts'
import { forgeCatalog, replaceObject } from '../support/insider.ts'
import { makePlace, type TestPlace } from '../support/workplace.ts'
import { grownPlace, otherStore, restored } from './grown-place.ts'

const hour = 3600e3

async function append(place: TestPlace, ...names: string[]): Promise<string> {
  place.clock.advance(1)
  return await appendBatch(
    place,
    names.map(name => `{"@stream":"a","@id":"${name}","name":"${name}"}`),
  )
}

test('a hash stands for all that was acknowledged before, folded or not', async () => {
  const place = makePlace()
  await append(place, 'a', 'b')
  await fold(place, new Set())
  await append(place, 'c')

  const attested = await attest(place)

  assert.deepEqual([attested.events, attested.entries, attested.unfolded], [3, 2, []])
  assert.match(attested.hash, /^[0-9a-f]{64}$/)
  const { archive, chain, generation } = await catalogOf(place)
  assert.deepEqual(
    [attested.archive, attested.hash, attested.generation],
    [archive, chain.head, generation],
  )
})

test('a batch that cannot be folded is not under the hash and is named', async () => {
  const place = makePlace()
  await append(place, 'a')
  const key = await append(place, 'b')
  await replaceObject(place.store, key, Buffer.from('damaged'))

  const attested = await attest(place)

  const [batch] = (await listTail(place.store)).batches.filter(each => each.key === key)
  assert.deepEqual([attested.events, attested.unfolded], [1, [batch!.identity]])
})

test('who attests waits for what another member is folding', async () => {
  const place = makePlace()
  await append(place, 'a')
  const { batches } = await listTail(place.store)
  await claimJob(place, 'fold', () => batches.map(batch => batch.identity))

  const attested = await attest(place)

  assert.deepEqual([attested.events, attested.unfolded], [1, []])
})

test('an archive without a commit has nothing to attest and nothing to verify', async () => {
  const place = makePlace()

  await assert.rejects(attest(place), { code: 'missing' })
  await assert.rejects(verifySince(place, '0'.repeat(64)), { code: 'missing' })
  await assert.rejects(verifySince(place, 'HEAD'), { code: 'invalid' })
})

test('a hash that the archive never had is unknown', async () => {
  const place = makePlace()
  await append(place, 'a')
  await attest(place)

  const report = await verifySince(place, '0'.repeat(64))

  assert.deepEqual([report.verdict, report.mark, report.checked.runs], ['unknown', undefined, 0])
})

test('copies that a merge leaves out are told', async () => {
  const place = makePlace({ compactRunsMin: 2 })
  const line = '{"@time":1,"@stream":"a","@id":"1"}'
  await appendBatch(place, [line, '{"@time":1,"@stream":"a","@id":"2"}'])
  const { hash } = await attest(place)
  place.clock.advance(1)
  await appendBatch(place, [line])
  await new Member(place).once()

  const report = await verifySince(place, hash)

  assert.deepEqual([report.verdict, report.newEvents], ['proven', 1])
  assert.deepEqual(
    report.recorded.map(({ kind, events, erasures }) => ({ kind, events, erasures })),
    [{ kind: 'compact', events: 1, erasures: [] }],
  )
})

test('an erasure is told with what it took, and all else is proven', async () => {
  const place = makePlace({ compactRunsMin: 2 })
  for (const name of ['a', 'b', 'c']) {
    await append(place, name)
    await fold(place, new Set())
  }
  const { hash } = await attest(place)
  await putMask(place, { erasureId: 'e-1', selection: { stream: 'a', query: 'name:b' } })
  place.clock.advance(40 * 24 * hour)
  await new Member(place).once()

  const { verdict, broken, recorded, merges } = await verifySince(place, hash)

  assert.deepEqual([verdict, broken, merges > 0], ['proven', [], true])
  assert.equal(recorded[0]!.kind, 'maskSeq masks')
  assert.ok(recorded.every(({ erasures }) => erasures.includes('e-1')))
  assert.equal(
    recorded.reduce((total, { events }) => total + events, 0),
    1,
  )
})

test('a prune is told with what it took, one without a commit is broken', async () => {
  const place = makePlace()
  await append(place, 'a', 'b')
  const { hash } = await attest(place)
  await setPolicies(place, [{ ...logPolicy, retentionMicros: 24 * hour * 1000 }])
  place.clock.advance(400 * 24 * hour)
  await prune(place, { confirmed: true })

  const { verdict, recorded } = await verifySince(place, hash)
  await forgeCatalog(place.store, now => ({
    ...now,
    horizons: now.horizons.map(each => ({ ...each, beforeMicros: each.beforeMicros + 1 })),
  }))
  const forged = await verifySince(place, hash)

  assert.equal(verdict, 'proven')
  assert.deepEqual(
    recorded.map(({ kind, events }) => [kind, events]),
    [
      ['policies', 0],
      ['horizons', 2],
    ],
  )
  assert.deepEqual(forged.broken, ['horizons of the catalog was set without an entry'])
})

test('what is replaced while it is verified is looked for again', async () => {
  const place = makePlace({ compactRunsMin: 2 })
  for (const name of ['a', 'b', 'c']) {
    await append(place, name)
    await fold(place, new Set())
  }
  const { hash } = await attest(place)
  let isMerged = false
  const store: Store = Object.create(place.store, {
    get: {
      value: async (key: string, options?: object) => {
        if (key.startsWith('buckets/') && !isMerged) {
          isMerged = true
          place.clock.advance(9e9)
          await new Member(place).once()
        }
        return await place.store.get(key, options)
      },
    },
  })

  const report = await verifySince({ ...place, store }, hash)

  assert.ok(isMerged)
  assert.deepEqual([report.verdict, report.broken], ['proven', []])
  assert.equal(report.checked.events, 3)
})

test('what was attested before a backup is proven in the restored archive', async () => {
  const place = await grownPlace()
  const { hash, events } = await attest(place)
  const backup = otherStore(place)
  await backUp(place, backup)
  const target = await restored(place, backup)
  await append(target, 'new')
  await new Member(target).once()

  const report = await verifySince(target, hash)

  assert.deepEqual([report.verdict, report.broken], ['proven', []])
  assert.deepEqual([report.checked.events, report.newEvents], [events, 1])
})

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('append'), n: fc.nat({ max: 4 }) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('fold'), n: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('work'), n: fc.nat({ max: 60 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('policy'), n: fc.nat({ max: 2 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('erase'), n: fc.nat({ max: 4 }) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('attest'), n: fc.nat() }) },
  ),
  { minLength: 4, maxLength: 24 },
)

test('every hash of an honest history is proven for ever', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async history => {
      const place = makePlace({ compactRunsMin: 2, rollupPartsMin: 2, chainEntriesMax: 3 })
      const hashes: string[] = []
      for (const step of history) await take(step, place, hashes)
      await new Member(place).once()

      for (const hash of hashes) {
        const { verdict, broken, recorded } = await verifySince(place, hash)
        assert.deepEqual([verdict, broken], ['proven', []])
        for (const { kind, erasures } of recorded) {
          assert.ok(erasures.length > 0 || ['compact', 'policies'].includes(kind), kind)
        }
      }
    }),
    { numRuns: 60 },
  )
})

async function take(
  step: { readonly do: string; readonly n: number },
  place: TestPlace,
  hashes: string[],
): Promise<void> {
  place.clock.advance(1)
  if (step.do === 'append') {
    await append(place, 'a', `${step.n}`)
    await appendBatch(place, [`{"@time":${step.n},"@stream":"b/${step.n}","@id":"x"}`])
  } else if (step.do === 'fold') {
    await fold(place, new Set())
  } else if (step.do === 'work') {
    place.clock.advance(step.n * hour)
    await new Member(place).once()
  } else if (step.do === 'policy') {
    await setPolicies(place, [{ ...logPolicy, bucketSizeBytes: 2 ** (step.n * 10) }])
  } else if (step.do === 'erase') {
    const erasureId = `e${(await catalogOf(place)).generation}`
    await putMask(place, { erasureId, selection: { stream: `b/${step.n}` } })
  } else if ((await catalogOf(place)).chain.length > 0) {
    hashes.push((await attest(place)).hash)
  }
}
