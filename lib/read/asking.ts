import { type Catalog, emptyCatalog } from '../catalog/catalog.ts'
import { CatalogCache } from '../catalog/load.ts'
import type { Clock } from '../core/clock.ts'
import { ArchiveError, type ErrorDetail } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import { type BudgetLimit, BudgetSpent } from '../store/budget.ts'
import { cached } from '../store/caching-store.ts'
import { type MeteredStore, meter } from '../store/metering-store.ts'
import { ObjectCache } from '../store/object-cache.ts'
import type { GetOptions, Store } from '../store/store.ts'
import { DamageReport } from './damage-report.ts'
import type { FarFleet } from './far-fleet.ts'
import { Fetcher } from './fetcher.ts'
import type { Fleet } from './fleet.ts'
import { Gone } from './gone.ts'
import type { AnswerEnd, Budget, Receipt, Selection } from './question.ts'
import { Sights, type Snapshot, Snapshots } from './snapshot.ts'

/** What all questions of a process share. */
export interface Library {
  readonly store: Store
  readonly clock: Clock
  readonly settings: Settings
  readonly cache: ObjectCache
  readonly sights: Sights
  readonly fleet: Fleet | undefined
  readonly farFleet: FarFleet | undefined
}

/** The shared part, made once: a warm reader pays nothing for what cannot have changed. */
export function openLibrary(options: {
  readonly store: Store
  readonly clock: Clock
  readonly settings: Settings
  readonly fleet?: Fleet | undefined
  readonly farFleet?: FarFleet | undefined
}): Library {
  const cache = new ObjectCache(options.settings.cacheBytes)
  return {
    fleet: undefined,
    farFleet: undefined,
    ...options,
    cache,
    sights: new Sights(new CatalogCache()),
  }
}

/** What there is of an archive when nothing was asked of it. */
const nothingSeen: Snapshot = {
  catalog: emptyCatalog,
  catalogBytes: 0,
  tail: [],
  listed: [],
  doubtful: [],
  foreign: [],
}

/** Work to do by a catalog at hand while the tail is listed; the snapshot has no tail. */
export type LookAhead = (snapshot: Snapshot) => Promise<void>

/** What a question says of how it is carried out. */
type Costs = Pick<
  Selection,
  'maxRequests' | 'maxBytes' | 'maxDollars' | 'freshnessMillis' | 'signal'
>

/** One question at work: its receipt, its damage, its snapshots. */
export class Asking {
  readonly settings: Settings
  readonly fetcher: Fetcher
  readonly fleets: Pick<Library, 'fleet' | 'farFleet'>
  readonly openTab: MeteredStore['openTab']
  readonly damage = new DamageReport()
  /** How much of it was met before the snapshot at hand. */
  #damageBefore = 0
  /** Done while the tail is being listed. */
  ahead: LookAhead | undefined
  readonly signal: AbortSignal | undefined
  readonly #metered: MeteredStore
  /** Above them, the cache of the process. */
  readonly #cached: Store
  /** Above the cache: what would be asked of the store by a reader without one. */
  readonly #asked: MeteredStore
  readonly #snapshots: Snapshots
  #foreign: readonly ErrorDetail[] = []
  /** Of the snapshot at hand. */
  #warnings: ErrorDetail[] = []
  /** The limit of the budget that ended the answer. */
  #spent: BudgetLimit | undefined

  constructor(library: Library, question: Costs) {
    this.settings = library.settings
    this.fleets = library
    this.signal = question.signal
    const { hedgeMillis, floorLagMillis, acceptWindowMillis } = library.settings
    this.#metered = meter(library.store, library.clock, { budget: budgetOf(question), hedgeMillis })
    this.openTab = most => this.#metered.openTab(most)
    this.#cached = cached(this.#metered, library.cache)
    this.#asked = meter(this.#cached, library.clock)
    this.#snapshots = new Snapshots({
      store: this.#asked,
      metered: this.#metered,
      sights: library.sights,
      clock: library.clock,
      freshnessMillis: freshnessOf(question),
      lateMillisMax: floorLagMillis - acceptWindowMillis,
      nextRound: () => this.nextRound(),
      signal: question.signal,
    })
    this.fetcher = new Fetcher({
      store: this.#asked,
      fresh: this.#metered,
      cache: library.cache,
      settings: library.settings,
      damage: this.damage,
    })
  }

  /**
   * A snapshot, and a fresh one each time the one before turned out to be outdated (PROTOCOL R4):
   * the caller leaves the loop when it is done and goes on when it met `Gone`. Throws `unavailable`
   * after `readRestartsMax`. When the budget does not reach for one, it is empty.
   */
  async *snapshots(): AsyncGenerator<Snapshot> {
    for (let restarts = 0; restarts <= this.settings.readRestartsMax; ) {
      let snapshot: Snapshot | undefined = nothingSeen
      await this.withinBudget(async () => {
        snapshot = await this.#snapshot()
      })
      if (snapshot) yield snapshot
      if (!this.#snapshots.hasNext) restarts++
    }
    throw new ArchiveError('unavailable', 'the archive changes faster than it can be read', {
      retryAfterSeconds: 1,
    })
  }

  async #snapshot(): Promise<Snapshot | undefined> {
    this.nextRound()
    this.#damageBefore = this.damage.count
    try {
      const snapshot = await this.#snapshots.take(catalog => this.#lookAhead(catalog))
      this.#warnings = []
      this.#foreign = snapshot.foreign.map(object => ({
        detail: `${object.key} is not the name of a batch; it was left out`,
      }))
      return snapshot
    } catch (error) {
      if (await this.isOutdated(error)) return undefined
      throw error
    }
  }

  /** A budget is for what the answer surely needs. What fails here is asked for again. */
  #lookAhead(catalog: Catalog): void {
    const { gets, bytes } = this.budgetLeft()
    if (gets < Infinity || bytes < Infinity) return
    this.ahead?.({ ...nothingSeen, catalog }).catch(() => undefined)
  }

  /** Brings a range into memory. */
  async bring(key: string, options: GetOptions): Promise<void> {
    await this.#cached.get(key, options)
  }

  /** Whether nothing may be given out before `confirm`. */
  get isPending(): boolean {
    return this.#snapshots.isPending
  }

  /**
   * Must come before anything is given out. Throws `Gone` when the snapshot at hand was made by a
   * catalog that has been replaced.
   */
  async confirm(): Promise<void> {
    if (!this.isPending) return
    try {
      await this.#snapshots.confirm()
    } catch (error) {
      // Nothing of this snapshot was given out: what was met in it is of no concern.
      this.damage.shortenTo(this.#damageBefore)
      this.#spent = undefined
      throw error
    }
  }

  /** Whether to begin again with a fresh snapshot, since this came of an outdated one. */
  async isOutdated(error: unknown): Promise<boolean> {
    const outdated = await this.confirm().then(
      () => error,
      other => other,
    )
    return error instanceof Gone || outdated instanceof Gone
  }

  /** What is asked of the store from here on depends on what was answered so far. */
  nextRound(): void {
    this.#metered.nextRound()
    this.#asked.nextRound()
  }

  /**
   * Does what it can before the budget is spent: what `work` has made by then is the answer, which
   * ends incomplete.
   */
  async withinBudget(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!this.endsBy(error)) throw error
    }
  }

  /** Whether this error ends the answer as it is, incomplete: the budget is spent. */
  endsBy(error: unknown): boolean {
    if (!(error instanceof BudgetSpent)) return false
    this.#spent = error.limit
    return true
  }

  /** Whether the answer ends because its budget is spent. */
  get isSpent(): boolean {
    return this.#spent !== undefined
  }

  /** How many more GETs the budget has room for, and how many bytes. */
  budgetLeft(): { readonly gets: number; readonly bytes: number } {
    return this.#metered.left()
  }

  /** What was asked so far, whether or not it had to be fetched; without the catalog. */
  asked(): Receipt {
    return this.#asked.receipt()
  }

  /** Something the answer did not need to be right, but that its reader should know of, once. */
  warn(warning: ErrorDetail): void {
    if (this.#warnings.some(each => each.detail === warning.detail)) return
    this.#warnings.push(warning)
  }

  end(complete = !this.isSpent, cursor: string | null = null): AnswerEnd {
    return {
      complete,
      stoppedBy: complete ? null : (this.#spent ?? 'limit'),
      cursor,
      receipt: this.#metered.receipt(),
      damage: this.damage.list(),
      healed: this.damage.healed(),
      warnings: [...this.#foreign, ...this.#warnings].slice(0, this.settings.errorDetailsMax),
    }
  }
}

/**
 * Runs `body` on a snapshot, from the beginning with a fresh one when it was outdated. Throws
 * `too-large` when the budget is spent before `body` has an answer, and it did not see to that.
 */
export async function withSnapshot<T>(
  asking: Asking,
  body: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  for await (const snapshot of asking.snapshots()) {
    try {
      const answer = await body(snapshot)
      await asking.confirm()
      return answer
    } catch (error) {
      if (await asking.isOutdated(error)) {
        asking.damage.shortenTo(0)
        continue
      }
      throw error instanceof BudgetSpent ? tooSmall(error) : error
    }
  }
  throw new ArchiveError('unavailable', 'no snapshot could be taken')
}

function tooSmall({ limit }: BudgetSpent): ArchiveError {
  const pointer = `/max_${limit}`
  const detail = `the answer needs more than its budget of ${limit} allows`
  return new ArchiveError('too-large', detail, { details: [{ pointer, detail }] })
}

function freshnessOf({ freshnessMillis = 0 }: Costs): number {
  if (freshnessMillis >= 0) return freshnessMillis
  throw new ArchiveError('invalid', `freshness is ${freshnessMillis} ms, expected 0 or more`)
}

function budgetOf({ maxRequests, maxBytes, maxDollars }: Budget): Budget {
  for (const limit of [maxRequests, maxBytes, maxDollars]) {
    if (limit === undefined || limit > 0) continue
    throw new ArchiveError('invalid', `a budget has a limit of ${limit}, expected one above 0`)
  }
  return {
    maxRequests: Math.floor(maxRequests ?? Infinity),
    maxBytes: Math.floor(maxBytes ?? Infinity),
    maxDollars: maxDollars ?? Infinity,
  }
}
