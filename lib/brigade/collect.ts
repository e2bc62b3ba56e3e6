import type { Catalog } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { loadCatalog } from '../catalog/load.ts'
import { loadRecord } from '../catalog/record.ts'
import { namedKeys, referencedKeys } from '../catalog/references.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import { isRecordKey, jobOfOutput, outputPrefixes, requestPrefix } from '../store/keys.ts'
import { listAll, type Store } from '../store/store.ts'
import { deletionOrder } from './deletion-order.ts'

const fetchConcurrency = 16

/**
 * Garbage collection (PROTOCOL G): deletes outputs that nothing refers to and whose job is not
 * claimed, and markers of requests whose batch ids lie below the floor. LIST first, GET after: an
 * output uploaded later belongs to a claim that the GET shows. Returns how many objects went.
 * An archive whose catalog is lost throws `unavailable`: to nothing all its buckets are garbage.
 */
export async function collectGarbage(place: Workplace): Promise<number> {
  const early = holds('gc-list-then-get') ? undefined : await loadCatalog(place.store)
  const listed: string[] = []
  for (const prefix of outputPrefixes) {
    for await (const { key } of listAll(place.store, prefix)) listed.push(key)
  }
  const { catalog } = early ?? (await loadCatalog(place.store))
  const dead = await deadOutputs(place.store, listed, catalog)
  const inputs = await inputsOfJobs(place.store, dead)
  for (const keys of deletionOrder(dead, jobId => inputs.get(jobId) ?? [])) {
    await place.store.delete(keys)
  }
  const markers = await oldMarkers(place, catalog)
  if (markers.length > 0) await place.store.delete(markers)
  return dead.length + markers.length
}

/** What the records of dead jobs say, as far as they can be read. */
async function inputsOfJobs(
  store: Store,
  dead: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const inputs = new Map<string, readonly string[]>()
  const jobIds = dead.filter(isRecordKey).map(jobOfOutput)
  for (let at = 0; at < jobIds.length; at += fetchConcurrency) {
    const some = jobIds.slice(at, at + fetchConcurrency)
    await Promise.all(some.map(async jobId => inputs.set(jobId, await inputsOf(store, jobId))))
  }
  return inputs
}

/** None of a job whose record is gone or damaged: no rebuild believes it either. */
async function inputsOf(store: Store, jobId: string): Promise<readonly string[]> {
  try {
    return (await loadRecord(store, jobId))?.inputs ?? []
  } catch (fault) {
    if (fault instanceof ArchiveError && fault.code === 'corrupt') return []
    throw fault
  }
}

/**
 * Of roll-ups the catalog names the manifests, and these the buckets. When one of them cannot be
 * read nothing is dead.
 */
async function deadOutputs(
  store: Store,
  listed: readonly string[],
  catalog: Catalog,
): Promise<string[]> {
  const referenced = await referencedKeysOrNone(store, catalog)
  if (!referenced) return []
  const claimed = new Set(catalog.claims.map(claim => claim.jobId))
  return listed.filter(
    key =>
      !(referenced.has(key) && holds('gc-keeps-referenced')) &&
      !(claimed.has(jobOfOutput(key)) && holds('gc-keeps-claimed')),
  )
}

async function referencedKeysOrNone(
  store: Store,
  catalog: Catalog,
): Promise<ReadonlySet<string> | undefined> {
  if (!holds('gc-reads-manifests')) return namedKeys(catalog)
  try {
    return await referencedKeys(store, catalog)
  } catch (fault) {
    if (fault instanceof ArchiveError && ['corrupt', 'missing'].includes(fault.code))
      return undefined
    throw fault
  }
}

async function oldMarkers(place: Workplace, catalog: Catalog): Promise<string[]> {
  const old: string[] = []
  for await (const { key, modifiedMicros } of listAll(place.store, requestPrefix)) {
    if (modifiedMicros / 1000 < catalog.floorMillis) old.push(key)
  }
  return old
}
