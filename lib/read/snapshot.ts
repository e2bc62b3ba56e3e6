import type { Catalog, Quarantined } from '../catalog/catalog.ts'
import type { CatalogCache, LoadedCatalog } from '../catalog/load.ts'
import { Settled } from '../catalog/settled.ts'
import { type ListedBatch, listTail, type Tail, type TailObject } from '../catalog/tail.ts'
import type { Clock } from '../core/clock.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import type { MeteredStore } from '../store/metering-store.ts'
import type { ListedObject, Store } from '../store/store.ts'
import { Gone } from './gone.ts'

/** What the archive was at one moment: every event acknowledged before is in it exactly once. */
export interface Snapshot {
  readonly catalog: Catalog
  readonly catalogBytes: number
  /** Batches that no run of this catalog holds, less those that were put aside unreadable. */
  readonly tail: readonly TailObject[]
  /** All batches that were listed, also those that runs hold and nobody has swept yet. */
  readonly listed: readonly TailObject[]
  /** Batches of which nobody knows whether a run holds them: they are neither read nor left out. */
  readonly doubtful: readonly { readonly batch: TailObject; readonly reason: string }[]
  /** Objects under `tail/` whose names are none of ours. */
  readonly foreign: readonly ListedObject[]
}

/** A listing of the tail and a catalog fetched after it. */
interface Sight {
  readonly tail: Tail
  readonly loaded: LoadedCatalog
  /** When the listing began: what was acknowledged before is seen. */
  readonly seenMicros: number
}

/** What all questions of a process know of the archive. */
export class Sights {
  readonly catalogs: CatalogCache
  #latest: Sight | undefined

  constructor(catalogs: CatalogCache) {
    this.catalogs = catalogs
  }

  keep(sight: Sight, nowMicros: number): void {
    if (!this.since(sight.seenMicros + 1, nowMicros)) this.#latest = sight
  }

  /**
   * The latest, if it is not older than this, nor of a time to come: then the clock was set back,
   * and nobody knows how old it is.
   */
  since(micros: number, nowMicros: number): Sight | undefined {
    const latest = this.#latest
    return latest && latest.seenMicros >= micros && latest.seenMicros <= nowMicros
      ? latest
      : undefined
  }
}

export interface SnapshotSources {
  /** Through the cache. */
  readonly store: Store
  readonly metered: MeteredStore
  readonly sights: Sights
  readonly clock: Clock
  /** How old the sight may be that the first snapshot is made of. */
  readonly freshnessMillis: number
  /** How long after its id a batch may land and be read from the tail. */
  readonly lateMillisMax: number
  /** Called between requests of which the later waits for the earlier. */
  readonly nextRound: () => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Takes the snapshots of one question (PROTOCOL R1 and R2). A reader that knows a catalog goes to
 * work by it at once, while the catalog that R1 asks for is on its way: what was found is an answer
 * only when `confirm` says that it is still the same.
 */
export class Snapshots {
  readonly #sources: SnapshotSources
  /** By what the work goes on, and the catalog that it must turn out to be. */
  #pending: { readonly sight: Sight; readonly loading: Promise<LoadedCatalog> } | undefined
  #next: Sight | undefined
  #mayBeOld = true

  constructor(sources: SnapshotSources) {
    this.#sources = sources
  }

  /** Whether a catalog has come that the next snapshot is made of, without asking again. */
  get hasNext(): boolean {
    return this.#next !== undefined
  }

  /**
   * Throws `Gone` when the catalog was replaced meanwhile. `ahead` is called with a catalog that is
   * at hand before the tail is listed.
   */
  async take(ahead: (catalog: Catalog) => void): Promise<Snapshot> {
    const { store } = this.#sources
    const { tail, loaded } = this.#next ?? this.#old() ?? (await this.#look(ahead))
    this.#next = undefined
    const { batches, foreign } = tail
    const { catalog, sizeBytes } = loaded
    let settled = await loadSettled(store, catalog, batches)
    // It may have been damaged on its way only.
    if (settled.hasDoubts) settled = await loadSettled(this.#sources.metered, catalog, batches)
    const closed = new Set(catalog.quarantined.filter(isClosed).map(each => each.key))
    const doubtful = batches.flatMap(batch => {
      const reason = settled.doubtOf(batch.identity)
      return reason === undefined ? [] : [{ batch, reason }]
    })
    for (const { batch } of doubtful) closed.add(batch.key)
    const isOpen = (batch: ListedBatch) =>
      !isSettled(settled, batch.identity) && !closed.has(batch.key) && !this.#isLate(batch, catalog)
    const open = batches.filter(isOpen)
    return { catalog, catalogBytes: sizeBytes, tail: open, listed: batches, doubtful, foreign }
  }

  /**
   * Whether it landed so long after its id was made that a floor which has not seen it may be on
   * its way (PROTOCOL R2). Nobody was told that it is there, and who folds it makes it stay.
   */
  #isLate({ idTimeMillis, modifiedMicros }: ListedBatch, { restoredMicros = 0 }: Catalog): boolean {
    const lateMillis = modifiedMicros / 1000 - idTimeMillis
    const isRestored = modifiedMicros <= restoredMicros
    return lateMillis > this.#sources.lateMillisMax && !isRestored && holds('read-skips-late')
  }

  /** A sight of an earlier question, for those that take it. It may be outdated: only once. */
  #old(): Sight | undefined {
    const { clock, freshnessMillis, sights } = this.#sources
    if (!this.#mayBeOld || freshnessMillis === 0) return undefined
    this.#mayBeOld = false
    const nowMicros = clock.nowMicros()
    return sights.since(nowMicros - freshnessMillis * 1000, nowMicros)
  }

  async #look(ahead: (catalog: Catalog) => void): Promise<Sight> {
    const { store, metered, sights, clock, nextRound, signal } = this.#sources
    const { catalogs } = sights
    const early = holds('read-list-then-get') ? undefined : await catalogs.load(metered)
    const seenMicros = clock.nowMicros()
    if (catalogs.newest.etag !== undefined) ahead(catalogs.newest.catalog)
    const tail = await listTail(store, signal)
    nextRound()
    // Whatever left the tail before it was listed is in the catalog that is fetched after it.
    const known = catalogs.newest
    if (!early && known.etag !== undefined && metered.left().gets > 1) {
      const sight = { tail, loaded: known, seenMicros }
      const loading = catalogs.load(metered.aside())
      loading.catch(() => undefined)
      this.#pending = { sight, loading }
      return sight
    }
    const sight = { tail, loaded: early ?? (await catalogs.load(metered)), seenMicros }
    nextRound()
    sights.keep(sight, clock.nowMicros())
    return sight
  }

  /** Whether nothing may be given out yet. */
  get isPending(): boolean {
    return this.#pending !== undefined
  }

  /** Waits for the catalog. Throws `Gone` when it is another than the snapshot was made of. */
  async confirm(): Promise<void> {
    const pending = this.#pending
    if (!pending) return
    this.#pending = undefined
    const { sight } = pending
    const { sights, clock } = this.#sources
    const loaded = await pending.loading
    this.#sources.metered.joinAside()
    if (loaded.etag === sight.loaded.etag) return sights.keep(sight, clock.nowMicros())
    this.#next = { ...sight, loaded }
    throw new Gone('the catalog was replaced')
  }
}

function isClosed({ isReadable }: Quarantined): boolean {
  return !isReadable
}

async function loadSettled(
  store: Store,
  catalog: Catalog,
  batches: readonly TailObject[],
): Promise<Settled> {
  try {
    const identities = batches.map(batch => batch.identity)
    return await Settled.load(store, catalog, identities, 'allowed')
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
