import { indexPartKey } from '../store/keys.ts'
import type { Store } from '../store/store.ts'
import type { Catalog, IndexRef, Rollup, Run } from './catalog.ts'
import { loadManifest, type RolledRun } from './manifest.ts'

/** Keys of all outputs of jobs that the catalog itself names. */
export function namedKeys(catalog: Catalog): ReadonlySet<string> {
  const ofRuns = catalog.runs.flatMap(keysOfRun)
  const ofRollups = catalog.rollups.flatMap(keysOfRollup)
  const segments = [...catalog.absorbed, ...catalog.chain.segments]
  return new Set([...ofRuns, ...ofRollups, ...segments.map(segment => segment.key)])
}

/**
 * Keys of all outputs of jobs that the catalog refers to, those in manifests too. Throws `missing`
 * or `corrupt` when a manifest cannot be read: then nothing may be taken for unreferenced.
 */
export async function referencedKeys(store: Store, catalog: Catalog): Promise<ReadonlySet<string>> {
  const keys = new Set(namedKeys(catalog))
  for (const ref of catalog.rollups.flatMap(rollup => rollup.manifests)) {
    const runs = await loadManifest(store, ref)
    for (const key of runs.flatMap(keysOfRolledRun)) keys.add(key)
  }
  return keys
}

function keysOfRun(run: Run): string[] {
  return [...keysOfRolledRun(run), ...keysOfIndex(run.index)]
}

function keysOfRolledRun({ buckets, summary }: RolledRun): string[] {
  return [...buckets, summary].map(each => each.key)
}

function keysOfRollup({ manifests, index }: Rollup): string[] {
  return [...manifests.map(each => each.key), ...keysOfIndex(index)]
}

function keysOfIndex({ key, terms }: IndexRef): string[] {
  return Array.from({ length: 2 ** terms.partBits }, (_, part) => indexPartKey(key, part))
}
