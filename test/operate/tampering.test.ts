import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fold } from '../../lib/brigade/fold.ts'
import { Member } from '../../lib/brigade/member.ts'
import type { Catalog } from '../../lib/catalog/catalog.ts'
import { hashOfEntry } from '../../lib/catalog/chain.ts'
import type { ChainEntry } from '../../lib/catalog/chain-entry.ts'
import { encodeEntries } from '../../lib/catalog/chain-segment.ts'
import { commit } from '../../lib/catalog/commit.ts'
import { decodeManifest, encodeManifest } from '../../lib/catalog/manifest.ts'
import { digestOfObjects, sha256 } from '../../lib/catalog/part-digest.ts'
import { logPolicy } from '../../lib/core/policy.ts'
import { attest } from '../../lib/operate/attest.ts'
import { verifySince } from '../../lib/operate/evidence.ts'
import { catalogKey } from '../../lib/store/keys.ts'
import { appendBatch, catalogOf, setPolicies } from '../support/brigade-place.ts'
import { alterBucket, forgeCatalog, forgeCompaction, replaceObject } from '../support/insider.ts'
import { makePlace, type TestPlace, testStartMicros } from '../support/workplace.ts'

const hourPolicy = { ...logPolicy, bucketSizeBytes: 1 }
const settings = { compactRunsMin: 9, compactRunsMax: 1, rollupPartsMin: 3 }

/** Runs of two events each in one period; with `isOver` rolled up. */
async function archive(place: TestPlace, isOver = false, runCount = 3): Promise<void> {
  await setPolicies(place, isOver ? [hourPolicy] : [])
  for (let i = 0; i < runCount; i++) {
    const micros = testStartMicros + i * 1000
    const event = (n: number) => `{"@time":${micros + n},"@stream":"a","who":"n${i}${n}"}`
    await appendBatch(place, [event(0), event(1)])
    await fold(place, new Set())
  }
  place.clock.advance(isOver ? 40 * 24 * 3600e3 : 1000)
  await new Member(place).once()
}

const runsWithout = (catalog: Catalog, position: number): Catalog => ({
  ...catalog,
  runs: catalog.runs.filter((_, i) => i !== position),
})

const withEntries = (
  catalog: Catalog,
  change: (entries: readonly ChainEntry[]) => ChainEntry[],
): Catalog => ({ ...catalog, chain: { ...catalog.chain, entries: change(catalog.chain.entries) } })

/** The chain as one who hides an alteration writes it: every hash is right again. */
function rehashed(entries: readonly ChainEntry[]): ChainEntry[] {
  const made: ChainEntry[] = []
  for (const entry of entries) {
    const last = made.at(-1)
    made.push(last ? { ...entry, previous: hashOfEntry(last) } : entry)
  }
  return made
}

interface Tampering {
  readonly what: string
  readonly isRolledUp?: boolean
  readonly tamper: (place: TestPlace) => Promise<void>
  readonly verdict?: 'broken' | 'unknown'
  readonly says?: RegExp
}

const tamperings: readonly Tampering[] = [
  {
    what: 'a bucket whose event says something else, with right checksums',
    tamper: async ({ store, ...place }) => {
      const { key } = (await catalogOf({ store, ...place })).runs[1]!.buckets[0]!
      await alterBucket(store, key, lines => lines.replace('n10', 'x10'))
    },
    says: /^the buckets of run \S+ are not those that were recorded$/,
  },
  {
    what: 'such a bucket that the catalog was made to name',
    tamper: async place => {
      const [run] = (await catalogOf(place)).runs
      const { key } = run!.buckets[0]!
      await alterBucket(place.store, key, lines => lines.replace('n0', 'x0'))
      const bytes = (await place.store.get(key))!.bytes
      const digest = digestOfObjects([sha256(bytes)])
      await forgeCatalog(place.store, now => ({
        ...now,
        runs: now.runs.map(each => (each.id === run!.id ? { ...each, digest } : each)),
      }))
    },
    says: /^the catalog describes \S+ otherwise$/,
  },
  {
    what: 'a bucket that is gone',
    tamper: async place => {
      await place.store.delete([(await catalogOf(place)).runs[2]!.buckets[0]!.key])
    },
    says: /^buckets\/\S+ is gone$/,
  },
  {
    what: 'a run that is gone from the catalog',
    tamper: async place => forgeCatalog(place.store, now => runsWithout(now, 0)),
    says: /^\S+ with 2 events is gone from the catalog$/,
  },
  {
    what: 'a run that a commit of the engine takes out',
    tamper: async place => {
      const landed = (later: Catalog) => later.runs.length === 2
      await commit(place, now => ({ next: runsWithout(now, 0), landed }))
    },
    says: /^entry \d+ \(commit\) dropped 2 of 2 events: no erasure, no prune$/,
  },
  {
    what: 'a span that hides the events of a bucket from readers',
    tamper: async place =>
      forgeCatalog(place.store, now => {
        const [run, ...others] = now.runs
        const [bucket] = run!.buckets
        const buckets = [{ ...bucket!, lastMicros: bucket!.firstMicros }]
        return { ...now, runs: [{ ...run!, buckets }, ...others] }
      }),
    says: /^the catalog describes \S+ otherwise$/,
  },
  {
    what: 'a run that came without a commit',
    tamper: async place =>
      forgeCatalog(place.store, now => ({
        ...now,
        runs: [...now.runs, { ...now.runs[0]!, id: 'FORGED/0' }],
      })),
    says: /^FORGED\/0 came to the catalog without an entry$/,
  },
  {
    what: 'policies that were set without a commit',
    tamper: async place =>
      forgeCatalog(place.store, now => ({ ...now, policies: [{ ...logPolicy, pattern: 'a' }] })),
    says: /^policies of the catalog was set without an entry$/,
  },
  {
    what: 'a member of the catalog that this version does not know',
    tamper: async place =>
      forgeCatalog(place.store, now => ({ ...now, hidden: ['a'] }) as unknown as Catalog),
    says: /^hidden of the catalog was set without an entry$/,
  },
  {
    what: 'a merge that drops an event',
    tamper: place => forgeCompaction(place, line => line.includes('n10')),
    says: /^entry \d+ \(compact by job \S+\) dropped 1 of 6 events: no erasure, no prune$/,
  },
  {
    what: 'a commit that describes a run otherwise',
    tamper: async place => {
      const landed = (later: Catalog) => later.runs[0]!.digest === ''
      await commit(place, now => ({
        next: { ...now, runs: now.runs.map(run => ({ ...run, digest: '' })) },
        landed,
      }))
    },
    says: /^(entry \d+ \(commit\) describes run|the buckets of run) \S+/,
  },
  {
    what: 'an entry of the chain that says something else',
    tamper: async place =>
      forgeCatalog(place.store, now =>
        withEntries(now, ([first, ...others]) => [{ ...first!, micros: 1 }, ...others]),
      ),
    says: /^entry 1 or the hash of it in the next is altered$/,
  },
  {
    what: 'an entry of the chain that is left out',
    tamper: async place =>
      forgeCatalog(place.store, now => withEntries(now, ([first, , ...rest]) => [first!, ...rest])),
    says: /^entry 2 is missing: entry 3 is in its place$/,
  },
  {
    what: 'entries of the chain in another order',
    tamper: async place =>
      forgeCatalog(place.store, now => withEntries(now, ([a, b, ...rest]) => [b!, a!, ...rest])),
    says: /^entry 1 is missing: entry 2 is in its place$/,
  },
  {
    what: 'a chain that was written anew behind an altered entry',
    tamper: async place =>
      forgeCatalog(place.store, now => {
        const entries = rehashed(now.chain.entries.map(each => ({ ...each, micros: 1 })))
        return { ...now, chain: { ...now.chain, entries, head: hashOfEntry(entries.at(-1)!) } }
      }),
    verdict: 'unknown',
  },
  {
    what: 'a segment of the chain that is gone',
    tamper: async place => {
      const { entries, length } = (await catalogOf(place)).chain
      const { bytes, rawBytes } = encodeEntries(entries)
      const segment = { key: 'chain/J/000000', sizeBytes: bytes.length, rawBytes }
      await forgeCatalog(place.store, now => ({
        ...now,
        chain: {
          ...now.chain,
          entries: [],
          segments: [{ ...segment, firstNumber: 1, count: length }],
        },
      }))
    },
    says: /^the chain cannot be followed: chain\/J\/000000 is gone$/,
  },
  {
    what: 'a catalog that is put back to an earlier one',
    tamper: async place => {
      const other = makePlace(settings)
      await archive(other, false, 2)
      const { bytes } = (await other.store.get(catalogKey))!
      await replaceObject(place.store, catalogKey, bytes)
    },
    verdict: 'unknown',
  },
  {
    what: 'a manifest that lists a run less',
    isRolledUp: true,
    tamper: async place => {
      const { key } = (await catalogOf(place)).rollups[0]!.manifests[0]!
      const runs = decodeManifest((await place.store.get(key))!.bytes, key)
      await replaceObject(place.store, key, encodeManifest(key, runs.slice(1)))
    },
    says: /^(\S+ lacks run \S+ with 2 events|the manifests of \S+ are not those .*)$/,
  },
  {
    what: 'a manifest that describes a run otherwise',
    isRolledUp: true,
    tamper: async place => {
      const { key } = (await catalogOf(place)).rollups[0]!.manifests[0]!
      const runs = decodeManifest((await place.store.get(key))!.bytes, key)
      const altered = runs.map(run => ({ ...run, endMicros: run.endMicros + 1 }))
      await replaceObject(place.store, key, encodeManifest(key, altered))
    },
    says: /^(\S+ describes run \S+ otherwise .*|the manifests of \S+ are not those .*)$/,
  },
  {
    what: 'a bucket of a roll-up whose event says something else',
    isRolledUp: true,
    tamper: async place => {
      const { key } = (await catalogOf(place)).rollups[0]!.manifests[0]!
      const [run] = decodeManifest((await place.store.get(key))!.bytes, key)
      await alterBucket(place.store, run!.buckets[0]!.key, lines => lines.replace('who', 'how'))
    },
    says: /^the buckets of run \S+ are not those that were recorded$/,
  },
  {
    what: 'a roll-up that is gone from the catalog',
    isRolledUp: true,
    tamper: async place => forgeCatalog(place.store, now => ({ ...now, rollups: [] })),
    says: /^\S+ with 6 events is gone from the catalog$/,
  },
]

for (const { what, isRolledUp, tamper, verdict = 'broken', says } of tamperings) {
  test(`verify since a hash finds ${what}`, async () => {
    const place = makePlace(settings)
    await archive(place, isRolledUp)
    const { hash } = await attest(place)
    assert.equal((await verifySince(place, hash)).verdict, 'proven')

    await tamper(place)
    const report = await verifySince(place, hash)

    assert.equal(report.verdict, verdict)
    if (!says) return
    assert.ok(report.broken.length > 0)
    for (const fault of report.broken) assert.match(fault, says)
  })
}
