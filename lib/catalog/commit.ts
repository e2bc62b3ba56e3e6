import { encodeBytes } from '../core/base32.ts'
import type { Clock } from '../core/clock.ts'
import { ArchiveError } from '../core/errors.ts'
import { fraction, type Random } from '../core/random.ts'
import { holds } from '../core/rules.ts'
import type { Settings } from '../core/settings.ts'
import { catalogKey } from '../store/keys.ts'
import type { PutResult, Store } from '../store/store.ts'
import type { Catalog } from './catalog.ts'
import { chained } from './chain.ts'
import { encodeCatalog, type LoadedCatalog, loadCatalog } from './load.ts'

/** What every part of the engine that writes works with. */
export interface Workplace {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly settings: Settings
  /** Ids of jobs that were claimed here and are not finished, for who wants to know. */
  readonly openJobs?: Set<string>
}

/** A change decided on exactly one catalog, and the mark by which it is known to have landed. */
export interface Change {
  readonly next: Catalog
  /** Whether a later catalog shows that this very change was committed (PROTOCOL C3). */
  readonly landed: (catalog: Catalog) => boolean
}

/**
 * The one compare-and-swap (PROTOCOL C): GET, decide on exactly these bytes, PUT If-Match; start
 * again when someone was faster. `decide` may be called many times and must build each change
 * afresh; when it returns `undefined` there is nothing to commit. Returns the catalog that holds
 * the change, or `undefined`. Throws `unavailable` after `commitAttemptsMax` attempts.
 */
export async function commit(
  place: Workplace,
  decide: (catalog: Catalog) => Change | undefined | Promise<Change | undefined>,
): Promise<Catalog | undefined> {
  let loaded = await loadCatalog(place.store)
  for (let attempt = 0; attempt < place.settings.commitAttemptsMax; attempt++) {
    const change = await decide(loaded.catalog)
    if (!change) return undefined
    const next = chained(
      loaded.catalog,
      sealed(place, loaded.catalog, change.next),
      place.clock.nowMicros(),
    )
    const outcome = await swap(place, loaded, next, change.landed)
    if (outcome.committed) return outcome.catalog
    loaded = outcome.now
    await pause(place, attempt)
  }
  throw new ArchiveError('unavailable', 'the catalog changes too fast to be committed to', {
    retryAfterSeconds: 1,
  })
}

/**
 * The next catalog as it is committed. C2: equal bytes would bring back an etag that a late
 * compare-and-swap may still be waiting for.
 */
export function sealed(place: Workplace, current: Catalog, next: Catalog): Catalog {
  if (!holds('gen-in-bytes')) return next
  const archive = next.archive || encodeBytes(place.random.bytes(10))
  const commitId = encodeBytes(place.random.bytes(10))
  return { ...next, archive, commitId, generation: current.generation + 1 }
}

type Swapped =
  | { readonly committed: true; readonly catalog: Catalog }
  | { readonly committed: false; readonly now: LoadedCatalog }

async function swap(
  place: Workplace,
  loaded: LoadedCatalog,
  next: Catalog,
  landed: Change['landed'],
): Promise<Swapped> {
  const bytes = encodeCatalog(next)
  for (let attempt = 0; ; attempt++) {
    const result = await put(place.store, bytes, loaded.etag)
    if (result.outcome === 'stored') return { committed: true, catalog: next }
    const now = await loadCatalog(place.store)
    // C3: no ring of past commits; the catalog itself shows whether the change is there.
    if (landed(now.catalog)) return { committed: true, catalog: now.catalog }
    if (now.etag !== loaded.etag || attempt >= place.settings.putAttemptsMax) {
      return { committed: false, now }
    }
    await pause(place, attempt)
  }
}

function put(store: Store, bytes: Buffer, etag: string | undefined): Promise<PutResult> {
  return etag === undefined
    ? store.create(catalogKey, bytes)
    : store.replace(catalogKey, bytes, etag)
}

/** Waits a little longer each time, with jitter, so that members do not run in step. */
export async function pause(place: Workplace, attempt: number): Promise<void> {
  const longest = place.settings.retryPauseMillis * 2 ** Math.min(attempt, 6)
  await place.clock.sleep(longest * (0.5 + fraction(place.random) / 2))
}
