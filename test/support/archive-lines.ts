import { loadCatalog } from '../../lib/catalog/load.ts'
import { loadManifest, type RolledRun } from '../../lib/catalog/manifest.ts'
import { Settled } from '../../lib/catalog/settled.ts'
import { listTail } from '../../lib/catalog/tail.ts'
import { ownerOfBucket } from '../../lib/store/keys.ts'
import { listAll, type Store } from '../../lib/store/store.ts'
import { linesOfBucket } from './bucket-lines.ts'

/** Every line of the archive, sorted by its bytes: all runs and what of the tail is not settled. */
export async function archiveLines(store: Store): Promise<string[]> {
  const { batches } = await listTail(store)
  const { catalog } = await loadCatalog(store)
  const identities = batches.map(batch => batch.identity)
  const settled = await Settled.load(store, catalog, identities)
  const tail = batches.filter(batch => !settled.has(batch.identity)).map(batch => batch.key)
  const runs: RolledRun[] = [...catalog.runs]
  for (const ref of catalog.rollups.flatMap(rollup => rollup.manifests))
    runs.push(...(await loadManifest(store, ref)))
  const sealed = runs.flatMap(run => run.buckets.map(bucket => bucket.key))
  const lines = await Promise.all([...tail, ...sealed].map(key => linesAt(store, key)))
  return lines.flat().sort()
}

/** The lines of one bucket, in its order. */
export async function linesAt(store: Store, key: string): Promise<string[]> {
  const object = await store.get(key)
  if (!object) throw new Error(`${key} is not there`)
  return linesOfBucket(object.bytes, ownerOfBucket(key))
}

export async function keysUnder(store: Store, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of listAll(store, prefix)) keys.push(key)
  return keys
}
