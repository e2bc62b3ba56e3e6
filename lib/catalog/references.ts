import { indexPartKey, jobOfRun, recordKey } from '../store/keys.ts'
import type { Store } from '../store/store.ts'
import type { Catalog, IndexRef, Rollup, Run } from './catalog.ts'
import { loadManifest, type RolledRun } from './manifest.ts'

/** An output of a job as the catalog or a manifest refers to it. */
export interface ObjectRef {
  readonly key: string
  /** Absent: what refers to it does not say. */
  readonly sizeBytes?: number
  /** Of a field summary. */
  readonly headBytes?: number
  /** Of a part of a term index: which one it is. */
  readonly part?: number
}

/** All outputs of jobs that the catalog itself names. */
export function namedObjects(catalog: Catalog): ObjectRef[] {
  const ofRuns = catalog.runs.flatMap(objectsOfRun)
  const ofRollups = catalog.rollups.flatMap(objectsOfRollup)
  const segments = [...catalog.absorbed, ...catalog.chain.segments]
  return [...ofRuns, ...ofRollups, ...segments.map(asRef)]
}

/** Their keys. */
export function namedKeys(catalog: Catalog): ReadonlySet<string> {
  return new Set(namedObjects(catalog).map(each => each.key))
}

/**
 * Keys of all outputs of jobs that the catalog refers to, those in manifests too. Throws `missing`
 * or `corrupt` when a manifest cannot be read: then nothing may be taken for unreferenced.
 */
export async function referencedKeys(store: Store, catalog: Catalog): Promise<ReadonlySet<string>> {
  const keys = new Set(namedKeys(catalog))
  for (const ref of catalog.rollups.flatMap(rollup => rollup.manifests)) {
    const runs = await loadManifest(store, ref)
    for (const { key } of runs.flatMap(objectsOfRolledRun)) keys.add(key)
  }
  return keys
}

/** What a run in a manifest refers to. */
export function objectsOfRolledRun({ id, buckets, summary }: RolledRun): ObjectRef[] {
  const { key, sizeBytes, headBytes } = summary
  const record = { key: recordKey(jobOfRun(id)) }
  return [...buckets.map(asRef), { key, sizeBytes, headBytes }, record]
}

export function objectsOfRun(run: Run): ObjectRef[] {
  return [...objectsOfRolledRun(run), ...objectsOfIndex(run.index)]
}

export function objectsOfRollup({ manifests, index }: Rollup): ObjectRef[] {
  return [...manifests.map(asRef), ...objectsOfIndex(index)]
}

export function objectsOfIndex({ key, sizeBytes, terms }: IndexRef): ObjectRef[] {
  return Array.from({ length: 2 ** terms.partBits }, (_, part) => {
    const ref = { key: indexPartKey(key, part), part }
    return part === 0 ? { ...ref, sizeBytes } : ref
  })
}

function asRef({
  key,
  sizeBytes,
}: {
  readonly key: string
  readonly sizeBytes: number
}): ObjectRef {
  return { key, sizeBytes }
}
