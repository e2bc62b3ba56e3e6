import type { Catalog } from '../catalog/catalog.ts'
import type { LoadedCatalog } from '../catalog/load.ts'
import { Settled } from '../catalog/settled.ts'
import { listTail, type TailObject } from '../catalog/tail.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import type { ListedObject, Store } from '../store/store.ts'
import { Gone } from './gone.ts'

/** What the archive was at one moment: every event acknowledged before is in it exactly once. */
export interface Snapshot {
  readonly catalog: Catalog
  readonly catalogBytes: number
  /** Batches that no run of this catalog holds. */
  readonly tail: readonly TailObject[]
  /** All batches that were listed, also those that runs hold and nobody has swept yet. */
  readonly listed: readonly TailObject[]
  /** Objects under `tail/` whose names are none of ours. */
  readonly foreign: readonly ListedObject[]
}

export interface SnapshotSources {
  readonly store: Store
  readonly loadCatalog: () => Promise<LoadedCatalog>
  /** Called between requests of which the later waits for the earlier. */
  readonly nextRound: () => void
  readonly signal?: AbortSignal | undefined
}

/** One pass of PROTOCOL R1 and R2. Throws `Gone` when the catalog was replaced meanwhile. */
export async function takeSnapshot(sources: SnapshotSources): Promise<Snapshot> {
  const early = holds('read-list-then-get') ? undefined : await sources.loadCatalog()
  const { batches, foreign } = await listTail(sources.store, sources.signal)
  sources.nextRound()
  // Whatever left the tail before it was listed is in the catalog that is fetched after it.
  const { catalog, sizeBytes } = early ?? (await sources.loadCatalog())
  sources.nextRound()
  const settled = await loadSettled(sources.store, catalog, batches)
  const tail = batches.filter(batch => !isSettled(settled, batch.identity))
  return { catalog, catalogBytes: sizeBytes, tail, listed: batches, foreign }
}

async function loadSettled(
  store: Store,
  catalog: Catalog,
  batches: readonly TailObject[],
): Promise<Settled> {
  try {
    const identities = batches.map(batch => batch.identity)
    return await Settled.load(store, catalog, identities)
  } catch (error) {
    if (error instanceof ArchiveError && error.code === 'missing') throw new Gone(error.message)
    throw error
  }
}

function isSettled(settled: Settled, identity: string): boolean {
  return (
    (holds('read-skips-recent') && settled.inRecent(identity)) ||
    (holds('read-skips-absorbed') && settled.inAbsorbed(identity)) ||
    (holds('read-skips-floor') && settled.belowFloor(identity))
  )
}
