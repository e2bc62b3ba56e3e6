import type { Catalog } from '../catalog/catalog.ts'
import { commit, type Workplace } from '../catalog/commit.ts'
import { loadCatalog } from '../catalog/load.ts'
import type { ObjectRef } from '../catalog/references.ts'
import { Settled } from '../catalog/settled.ts'
import type { Tail } from '../catalog/tail.ts'
import { encodeBytes } from '../core/base32.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import type { Receipt } from '../read/question.ts'
import { contentsKey } from '../store/backup-keys.ts'
import { tailPrefix } from '../store/keys.ts'
import { meter } from '../store/metering-store.ts'
import type { Store } from '../store/store.ts'
import { commitGeneration, putContents } from './commit-generation.ts'
import { Copier, type CopyProgress, type LackingObject } from './copier.ts'
import { copyReferenced } from './copy-referenced.ts'
import { type Destination, newestOf, surveyDestination } from './destination.ts'
import {
  chooseDropped,
  type DroppedGeneration,
  dropGenerations,
  type KeepOptions,
} from './drop-generations.ts'
import type { Generation } from './generation.ts'
import { maskStateOf } from './mask-state.ts'
import { takeMarkersAndTail } from './take-markers.ts'

export interface BackupOptions extends KeepOptions {
  readonly signal?: AbortSignal | undefined
  readonly progress?: (progress: CopyProgress) => void
}

/** What a backup did. */
export interface BackupReport {
  readonly generation: Generation
  readonly copiedObjects: number
  readonly copiedBytes: number
  readonly dropped: readonly DroppedGeneration[]
  /** Objects that went with them, and those that killed backups left. */
  readonly deletedObjects: number
  /** Nothing was deleted, because a generation that stays cannot be read. */
  readonly isDroppingHeld: boolean
  /** What was asked of the archive's store and of the other. */
  readonly receipts: { readonly source: Receipt; readonly destination: Receipt }
}

/**
 * Copies the archive to another store (PROTOCOL B) while writers and brigade work: what is there
 * from before is not copied again. The tail goes first, the generation that makes it a backup last;
 * a backup that is killed leaves nothing that counts, and the next one uses what it copied.
 */
export async function backUp(
  place: Workplace,
  to: Store,
  options: BackupOptions = {},
): Promise<BackupReport> {
  const source = meter(place.store, place.clock)
  const destination = meter(to, place.clock)
  const done = await copyArchive({ ...place, store: source }, destination, options)
  return { ...done, receipts: { source: source.receipt(), destination: destination.receipt() } }
}

async function copyArchive(
  place: Workplace,
  to: Store,
  options: BackupOptions,
): Promise<Omit<BackupReport, 'receipts'>> {
  const from = place.store
  const early = await namedCatalog(place)
  const destination = await surveyDestination(to, early.archive)
  const listed = [...destination.there.keys()]
  const copier = new Copier(from, to, place, {
    there: destination.there,
    again: new Set(newestOf(destination.generations)?.lacking.map(({ key }) => key)),
    signal: options.signal,
    progress: options.progress,
  })
  const { takenMicros, tail } = await takeMarkersAndTail(from, place, copier, destination.there)
  const batches = await copyTail(from, early, tail, copier)
  const { catalog, keys, missing } = await copySealed(place, early, copier)
  const taken = { takenMicros, catalog, tail: batches, lacking: [...copier.damaged, ...missing] }
  const newest = await finish(place, to, destination, taken, keys.size)
  const newestKeys = new Set([...keys, newest.contents.key, ...batches.map(({ key }) => key)])
  const dropped = chooseDropped(destination.generations.readable, newest, options)
  const judged = holds('backup-list-then-get') ? listed : await relist(to, early.archive)
  const given = { destination, listed: judged, newest, newestKeys, dropped }
  const deletedObjects = await dropGenerations(to, given)
  const { copiedObjects, copiedBytes } = copier.progress
  return {
    generation: newest,
    copiedObjects,
    copiedBytes,
    dropped,
    deletedObjects: deletedObjects ?? 0,
    isDroppingHeld: deletedObjects === undefined,
  }
}

/** The catalog of an archive that has a name; before its first commit it has none. */
async function namedCatalog(place: Workplace): Promise<Catalog> {
  const { catalog } = await loadCatalog(place.store)
  if (catalog.archive !== '') return catalog
  const { objects } = await place.store.list(tailPrefix, { limit: 1 })
  if (objects.length === 0) {
    throw new ArchiveError('missing', `${place.store.url} holds no archive to back up`)
  }
  const isNamed = ({ archive }: Catalog) => archive !== ''
  await commit(place, current =>
    isNamed(current) ? undefined : { next: current, landed: isNamed },
  )
  return (await loadCatalog(place.store)).catalog
}

/** Copies the batches that are not settled (B1); those swept meanwhile are in runs. */
async function copyTail(
  from: Store,
  early: Catalog,
  tail: Tail,
  copier: Copier,
): Promise<ObjectRef[]> {
  const settled = await settledBy(from, early, tail)
  const fresh = tail.batches.filter(({ identity }) => !settled?.has(identity))
  const refs = fresh.map(({ key, sizeBytes }) => ({ key, sizeBytes }))
  const gone = new Set(await copier.copy(refs))
  return refs.filter(({ key }) => !gone.has(key))
}

/** Saves copying what is in runs; when a segment has gone meanwhile, nothing is saved. */
async function settledBy(from: Store, catalog: Catalog, tail: Tail): Promise<Settled | undefined> {
  try {
    return await Settled.load(
      from,
      catalog,
      tail.batches.map(({ identity }) => identity),
    )
  } catch (fault) {
    if (fault instanceof ArchiveError && fault.code === 'missing') return undefined
    throw fault
  }
}

/**
 * Copies all that the newest catalog refers to (B2). What is gone was replaced, and a newer catalog
 * says by what; what that one refers to though it had gone before is lost in the archive itself.
 */
async function copySealed(
  place: Workplace,
  early: Catalog,
  copier: Copier,
): Promise<{ catalog: Catalog; keys: ReadonlySet<string>; missing: LackingObject[] }> {
  let goneBefore = new Set<string>()
  for (let restarts = 0; restarts <= place.settings.backupRestartsMax; restarts++) {
    const isLate = holds('backup-tail-first') || restarts > 0
    const catalog = isLate ? (await loadCatalog(place.store)).catalog : early
    const { keys, gone } = await copyReferenced(catalog, copier)
    if (!holds('backup-404-restarts')) return { catalog, keys, missing: [] }
    if (gone.every(key => goneBefore.has(key))) {
      const missing = gone.map(key => ({ key, reason: 'it is gone' }))
      return { catalog, keys, missing }
    }
    goneBefore = new Set(gone)
  }
  throw new ArchiveError('unavailable', 'the archive changes faster than it can be backed up', {
    retryAfterSeconds: 60,
  })
}

interface Taken {
  readonly takenMicros: number
  readonly catalog: Catalog
  readonly tail: readonly ObjectRef[]
  readonly lacking: readonly LackingObject[]
}

/** Writes what the generation holds, then the generation itself. */
async function finish(
  place: Workplace,
  to: Store,
  { nextNumber: number }: Destination,
  { takenMicros, catalog, tail, lacking }: Taken,
  objectCount: number,
): Promise<Generation> {
  const key = contentsKey(encodeBytes(place.random.bytes(15)))
  const sizeBytes = await putContents(place, to, key, { catalog, tail })
  return await commitGeneration(place, to, {
    generation: 1,
    number,
    archive: catalog.archive,
    takenMicros,
    catalogGeneration: catalog.generation,
    contents: { key, sizeBytes },
    objectCount,
    batchCount: tail.length,
    masks: maskStateOf(catalog),
    lacking,
  })
}

/** What the rule `backup-list-then-get` forbids. Mutation tests only. */
async function relist(to: Store, archive: string): Promise<string[]> {
  return [...(await surveyDestination(to, archive)).there.keys()]
}
