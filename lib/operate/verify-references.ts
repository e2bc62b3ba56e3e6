import type { Catalog, IndexRef } from '../catalog/catalog.ts'
import { loadCatalog } from '../catalog/load.ts'
import { loadManifest, type RolledRun } from '../catalog/manifest.ts'
import { base32Digits } from '../core/base32.ts'
import { ArchiveError } from '../core/errors.ts'
import {
  indexPartKey,
  jobOfOutput,
  jobOfRun,
  knownPrefixes,
  outputPrefixes,
  recordKey,
} from '../store/keys.ts'
import { listAll, type Store } from '../store/store.ts'
import type { Finding } from './finding.ts'
import type { Inspection } from './inspection.ts'
import { verifyChain } from './verify-chain.ts'

/** An output of a job that the catalog refers to, itself or through a manifest. */
interface Reference {
  readonly key: string
  /** `undefined`: only the object itself tells. */
  readonly sizeBytes: number | undefined
  /** The run, roll-up or segment that leads to it. */
  readonly holder: string
  readonly remedy: Finding['remedy']
}

/**
 * Compares the listing with what the catalog refers to: all of it exists, has its length and is
 * referred to once; what else is there belongs to a claimed job or is garbage. LIST first, GET
 * after (PROTOCOL G1). Where there are more objects than `verifyKeysMax`, jobs are looked at in
 * groups.
 */
export async function* verifyReferences(inspection: Inspection): AsyncGenerator<Finding> {
  const { place } = inspection
  const { catalog } = await loadCatalog(place.store)
  for (const group of groupsOf(catalog, place.settings.verifyKeysMax)) {
    yield* verifyGroup(inspection, group)
  }
  yield* staleClaims(inspection, catalog)
  yield* foreignObjects(inspection)
  yield* verifyChain(inspection)
}

/** Beginnings of job ids, chosen such that about so many objects have each. */
function groupsOf({ runs, rollups }: Catalog, keysMax: number): string[] {
  const open = runs.reduce((sum, run) => sum + run.buckets.length + 2, 0)
  const rolled = rollups.reduce((sum, each) => sum + each.bucketCount + each.runCount, 0)
  let groups = ['']
  for (let keys = open + rolled; keys > keysMax; keys /= base32Digits.length) {
    groups = groups.flatMap(group => [...base32Digits].map(digit => group + digit))
  }
  return groups
}

async function* verifyGroup(inspection: Inspection, group: string): AsyncGenerator<Finding> {
  const { store } = inspection.place
  const listed = new Map<string, number>()
  for (const prefix of outputPrefixes) {
    for await (const { key, sizeBytes } of listAll(store, prefix + group))
      listed.set(key, sizeBytes)
  }
  const { catalog } = await loadCatalog(store)
  const seen = new Set<string>()
  let isWhole = true
  for await (const reference of referencesOf(store, catalog)) {
    if (reference === 'unread') {
      isWhole = false
      continue
    }
    const { key, sizeBytes, remedy } = reference
    if (!jobOfOutput(key).startsWith(group)) continue
    if (seen.has(key) && remedy === 'none') {
      const reason = 'the archive refers to it twice: its events are counted twice'
      yield { kind: 'contradiction', object: key, reason, remedy: 'rebuild' }
    }
    seen.add(key)
    const found = listed.get(key)
    if (found === undefined) {
      if (await isMissing(store, reference))
        yield { kind: 'missing', object: key, reason: `${key} is gone`, remedy }
    } else if (sizeBytes !== undefined && found !== sizeBytes) {
      const reason = `has ${found} bytes, expected ${sizeBytes}`
      yield { kind: 'length', object: key, reason, remedy }
    }
  }
  // What a manifest that cannot be read refers to is no garbage.
  if (isWhole) yield* orphans(catalog, listed, seen)
}

function* orphans(
  catalog: Catalog,
  listed: ReadonlyMap<string, number>,
  referred: ReadonlySet<string>,
): Generator<Finding> {
  const claimed = new Set(catalog.claims.map(claim => claim.jobId))
  for (const [object, endByte] of listed) {
    if (referred.has(object) || claimed.has(jobOfOutput(object))) continue
    const reason = 'nothing refers to it; the next garbage collection deletes it'
    yield { kind: 'orphan', object, startByte: 0, endByte, reason, remedy: 'brigade' }
  }
}

/** `'unread'`: a manifest that cannot be read. */
async function* referencesOf(store: Store, catalog: Catalog): AsyncGenerator<Reference | 'unread'> {
  for (const { key, sizeBytes } of [...catalog.absorbed, ...catalog.chain.segments])
    yield { key, sizeBytes, holder: key, remedy: 'none' }
  for (const run of catalog.runs) {
    yield* ofRun(run, run.id)
    yield* ofIndex(run.index, run.id)
  }
  for (const { id, index, manifests } of catalog.rollups) {
    yield* ofIndex(index, id)
    for (const ref of manifests) {
      yield { key: ref.key, sizeBytes: ref.sizeBytes, holder: id, remedy: 'repair' }
      const runs = await manifestOrNone(store, ref)
      if (!runs) yield 'unread'
      for (const run of runs ?? []) yield* ofRun(run, id)
    }
  }
}

async function manifestOrNone(
  store: Store,
  ref: Parameters<typeof loadManifest>[1],
): Promise<readonly RolledRun[] | undefined> {
  try {
    return await loadManifest(store, ref)
  } catch (fault) {
    if (fault instanceof ArchiveError && ['corrupt', 'missing'].includes(fault.code))
      return undefined
    throw fault
  }
}

function* ofRun({ id, buckets, summary }: RolledRun, holder: string): Generator<Reference> {
  for (const { key, sizeBytes } of buckets) yield { key, sizeBytes, holder, remedy: 'none' }
  yield { key: summary.key, sizeBytes: summary.sizeBytes, holder, remedy: 'repair' }
  // All runs of a job have one.
  yield { key: recordKey(jobOfRun(id)), sizeBytes: undefined, holder, remedy: 'repair' }
}

function* ofIndex({ key, sizeBytes, terms }: IndexRef, holder: string): Generator<Reference> {
  for (let part = 0; part < 2 ** terms.partBits; part++) {
    const size = part === 0 ? sizeBytes : undefined
    yield { key: indexPartKey(key, part), sizeBytes: size, holder, remedy: 'repair' }
  }
}

/** It may have been made after the listing, or its holder may be gone meanwhile. */
async function isMissing(store: Store, { key, holder }: Reference): Promise<boolean> {
  const { objects } = await store.list(key, { limit: 1 })
  if (objects[0]?.key === key) return false
  const { runs, rollups, absorbed, chain } = (await loadCatalog(store)).catalog
  const holders = [...runs.map(run => run.id), ...rollups.map(rollup => rollup.id)]
  const segments = [...absorbed, ...chain.segments].map(segment => segment.key)
  return [...holders, ...segments].includes(holder)
}

function* staleClaims({ place }: Inspection, { claims }: Catalog): Generator<Finding> {
  const oldestMicros = place.clock.nowMicros() - place.settings.claimStaleMillis * 1000
  for (const { jobId, kind, claimedMicros, rollup } of claims) {
    // A roll-up that nobody works on is not lost: the next member goes on with it.
    if (rollup || claimedMicros >= oldestMicros) continue
    const reason = `the ${kind} of this claim shows no sign of life; the next member cancels it`
    yield {
      kind: 'stale-claim',
      object: jobId,
      startMicros: claimedMicros,
      reason,
      remedy: 'brigade',
    }
  }
}

/** Objects beside those folders that have a meaning, which are passed over. */
async function* foreignObjects({ place }: Inspection): AsyncGenerator<Finding> {
  for (let startAfter = ''; ; ) {
    const page = await place.store.list('', { ...(startAfter && { startAfter }) })
    let folder: string | undefined
    for (const { key } of page.objects) {
      folder = knownPrefixes.find(prefix => key.startsWith(prefix))
      if (folder !== undefined) break
      startAfter = key
      const reason = 'its name is none of ours; it is never read and never deleted'
      yield { kind: 'foreign', object: key, reason, remedy: 'none' }
    }
    if (folder !== undefined) startAfter = `${folder}~`
    else if (!page.more) return
  }
}
