import { type Catalog, emptyCatalog } from '../catalog/catalog.ts'
import { pause, sealed, type Workplace } from '../catalog/commit.ts'
import { encodeCatalog } from '../catalog/load.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Receipt } from '../read/question.ts'
import { markerPrefixes } from '../store/backup-keys.ts'
import { catalogKey, tailPrefix } from '../store/keys.ts'
import { meter } from '../store/metering-store.ts'
import { listAll, type Store } from '../store/store.ts'
import { type BegunRestore, beginRestore } from './begin-restore.ts'
import { type ChoiceOptions, chooseGeneration } from './choose-generation.ts'
import { Copier, type CopyProgress, type LackingObject } from './copier.ts'
import { copyReferenced } from './copy-referenced.ts'
import { type Generation, listGenerations, loadContents } from './generation.ts'
import { markersAt } from './take-markers.ts'

export interface RestoreOptions extends ChoiceOptions {
  readonly signal?: AbortSignal | undefined
  readonly progress?: (progress: CopyProgress) => void
}

/** What a restore did. */
export interface RestoreReport {
  readonly generation: Generation
  /** Id of the new archive. */
  readonly archive: string
  readonly copiedObjects: number
  readonly copiedBytes: number
  /** What was lacking when the backup was made, and what has become of its copies since. */
  readonly lacking: readonly LackingObject[]
  /** What was asked of the backup's store and of the new archive's. */
  readonly receipts: { readonly source: Receipt; readonly destination: Receipt }
}

/**
 * Makes a new archive of a backup, in the empty store of this place (PROTOCOL B3). It opens when
 * everything is copied and verified; a restore that is killed goes on when it is run again.
 */
export async function restoreFrom(
  place: Workplace,
  from: Store,
  options: RestoreOptions = {},
): Promise<RestoreReport> {
  const source = meter(from, place.clock)
  const destination = meter(place.store, place.clock)
  const done = await copyGeneration({ ...place, store: destination }, source, options)
  return { ...done, receipts: { source: source.receipt(), destination: destination.receipt() } }
}

async function copyGeneration(
  place: Workplace,
  from: Store,
  options: RestoreOptions,
): Promise<Omit<RestoreReport, 'receipts'>> {
  const generation = chooseGeneration(await listGenerations(from), from.url, options)
  const { catalog, tail } = await loadContents(from, generation)
  const begun = await beginRestore(place, generation)
  const there = new Map<string, number>()
  for await (const { key, sizeBytes } of listAll(place.store, '')) there.set(key, sizeBytes)
  const { signal, progress } = options
  const copier = new Copier(from, place.store, place, { there, signal, progress })
  const referenced = await copyReferenced(catalog, copier)
  await restoreMarkers(from, generation, copier, there)
  const gone = [...referenced.gone, ...(await copier.copy(tail))]
  await openArchiveOf(place, begun, catalog)
  const missing = gone.map(key => ({ key, reason: 'it is gone' }))
  const lacking = new Map<string, LackingObject>()
  for (const each of [...generation.lacking, ...copier.damaged, ...missing]) {
    lacking.set(each.key, each)
  }
  const { copiedObjects, copiedBytes } = copier.progress
  const done = { generation, archive: begun.archive, copiedObjects, copiedBytes }
  return { ...done, lacking: [...lacking.values()] }
}

/** Puts back each marker as it was. */
async function restoreMarkers(
  from: Store,
  { takenMicros }: Generation,
  copier: Copier,
  there: ReadonlyMap<string, number>,
): Promise<void> {
  const keys: string[] = []
  for (const prefix of markerPrefixes) {
    for await (const { key } of listAll(from, prefix)) keys.push(key)
  }
  for (const { key, markerKey } of markersAt(keys, takenMicros)) {
    if (there.has(markerKey)) continue
    const found = await from.get(key)
    if (found) await copier.put(markerKey, found.bytes)
  }
}

/**
 * Replaces the mark of the restore by the catalog: now the archive is open. Jobs of the old archive
 * have no claim here, and no writer or member of it ever comes by.
 */
async function openArchiveOf(place: Workplace, begun: BegunRestore, saved: Catalog): Promise<void> {
  let restoredMicros = 0
  for await (const { modifiedMicros } of listAll(place.store, tailPrefix)) {
    restoredMicros = Math.max(restoredMicros, modifiedMicros)
  }
  const { archive } = begun
  const next = { ...saved, archive, claims: emptyCatalog.claims, restoredMicros }
  const bytes = encodeCatalog(sealed(place, saved, next))
  for (let attempt = 0; attempt < place.settings.putAttemptsMax; attempt++) {
    const { outcome } = await place.store.replace(catalogKey, bytes, begun.etag)
    if (outcome === 'stored') return
    // Refused: an attempt before has landed, or the same restore finished elsewhere. Both are done.
    if (outcome === 'refused' && (await begun.isOpen())) return
    await pause(place, attempt)
  }
  throw new ArchiveError('unavailable', `${place.store.url} did not confirm ${catalogKey}`)
}
