import { CatalogCache } from '../catalog/load.ts'
import type { Clock } from '../core/clock.ts'
import { ArchiveError, type ErrorDetail } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import { cached } from '../store/caching-store.ts'
import { type MeteredStore, meter } from '../store/metering-store.ts'
import { ObjectCache } from '../store/object-cache.ts'
import type { Store } from '../store/store.ts'
import { DamageReport } from './damage-report.ts'
import { Fetcher } from './fetcher.ts'
import type { Fleet } from './fleet.ts'
import { Gone } from './gone.ts'
import type { AnswerEnd } from './question.ts'
import { type Snapshot, takeSnapshot } from './snapshot.ts'

/** What all questions of a process share. */
export interface Library {
  readonly store: Store
  readonly clock: Clock
  readonly settings: Settings
  readonly cache: ObjectCache
  readonly catalogs: CatalogCache
  readonly fleet: Fleet | undefined
}

/** The shared part, made once: a warm reader pays nothing for what cannot have changed. */
export function openLibrary(options: {
  readonly store: Store
  readonly clock: Clock
  readonly settings: Settings
  readonly fleet?: Fleet | undefined
}): Library {
  const cache = new ObjectCache(options.settings.cacheBytes)
  return { fleet: undefined, ...options, cache, catalogs: new CatalogCache() }
}

/** One question at work: its receipt, its damage, its snapshots. */
export class Asking {
  readonly settings: Settings
  readonly fetcher: Fetcher
  readonly fleet: Fleet | undefined
  readonly damage = new DamageReport()
  readonly signal: AbortSignal | undefined
  readonly #library: Library
  readonly #metered: MeteredStore
  readonly #store: Store
  #foreign: readonly ErrorDetail[] = []
  /** Of the snapshot at hand. */
  #warnings: ErrorDetail[] = []

  constructor(library: Library, signal: AbortSignal | undefined) {
    this.#library = library
    this.settings = library.settings
    this.fleet = library.fleet
    this.signal = signal
    this.#metered = meter(library.store, library.clock)
    this.#store = cached(this.#metered, library.cache)
    this.fetcher = new Fetcher({
      store: this.#store,
      fresh: this.#metered,
      cache: library.cache,
      settings: library.settings,
      damage: this.damage,
    })
  }

  /**
   * A snapshot, and a fresh one each time the one before turned out to be outdated (PROTOCOL R4):
   * the caller leaves the loop when it is done and goes on when it met `Gone`. Throws `unavailable`
   * after `readRestartsMax`.
   */
  async *snapshots(): AsyncGenerator<Snapshot> {
    for (let restarts = 0; restarts <= this.settings.readRestartsMax; restarts++) {
      const snapshot = await this.#snapshot()
      if (snapshot) yield snapshot
    }
    throw new ArchiveError('unavailable', 'the archive changes faster than it can be read', {
      retryAfterSeconds: 1,
    })
  }

  async #snapshot(): Promise<Snapshot | undefined> {
    this.nextRound()
    try {
      const snapshot = await takeSnapshot({
        store: this.#store,
        loadCatalog: () => this.#library.catalogs.load(this.#metered),
        nextRound: () => this.nextRound(),
        signal: this.signal,
      })
      this.#warnings = []
      this.#foreign = snapshot.foreign.map(object => ({
        detail: `${object.key} is not the name of a batch; it was left out`,
      }))
      return snapshot
    } catch (error) {
      if (error instanceof Gone) return undefined
      throw error
    }
  }

  /** What is asked of the store from here on depends on what was answered so far. */
  nextRound(): void {
    this.#metered.nextRound()
  }

  /** Something the answer did not need to be right, but that its reader should know of. */
  warn(warning: ErrorDetail): void {
    this.#warnings.push(warning)
  }

  end(complete = true, cursor: string | null = null): AnswerEnd {
    return {
      complete,
      cursor,
      receipt: this.#metered.receipt(),
      damage: this.damage.list(),
      warnings: [...this.#foreign, ...this.#warnings].slice(0, this.settings.errorDetailsMax),
    }
  }
}

/** Runs `body` on a snapshot, from the beginning with a fresh one when it was outdated. */
export async function withSnapshot<T>(
  asking: Asking,
  body: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  for await (const snapshot of asking.snapshots()) {
    try {
      return await body(snapshot)
    } catch (error) {
      if (!(error instanceof Gone)) throw error
    }
  }
  throw new ArchiveError('unavailable', 'no snapshot could be taken')
}
