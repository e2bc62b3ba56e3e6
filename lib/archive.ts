import { type BrigadeReport, Member } from './brigade/member.ts'
import { type PruneOptions, type PruneReport, prune } from './brigade/prune.ts'
import type { LegalHold } from './catalog/catalog.ts'
import type { Workplace } from './catalog/commit.ts'
import { loadCatalog } from './catalog/load.ts'
import { loadStandings, type PolicyStanding } from './catalog/policy-standing.ts'
import { changePolicies, type PolicyChange, setPolicies } from './catalog/set-policies.ts'
import { Settled } from './catalog/settled.ts'
import { listTail } from './catalog/tail.ts'
import { type Clock, systemClock } from './core/clock.ts'
import type { Policy } from './core/policy.ts'
import { type Random, systemRandom } from './core/random.ts'
import { type Settings, settingsWith } from './core/settings.ts'
import { type ErasureStatus, erasureStatus, listErasures } from './mask/erasure-status.ts'
import { addHold, type HoldRequest, releaseHold } from './mask/holds.ts'
import { type ErasureRequest, putMask } from './mask/put-mask.ts'
import { type Attestation, attest } from './operate/attest.ts'
import { type BackupOptions, type BackupReport, backUp } from './operate/backup.ts'
import { driveErasure } from './operate/drive-erasure.ts'
import { type EvidenceReport, verifySince } from './operate/evidence.ts'
import type { Finding } from './operate/finding.ts'
import { type Generations, listGenerations } from './operate/generation.ts'
import { type RebuildReport, rebuild } from './operate/rebuild.ts'
import type { RebuildOptions, RebuildProgress } from './operate/rebuild-options.ts'
import { type RepairReport, repair } from './operate/repair.ts'
import { type RestoreOptions, type RestoreReport, restoreFrom } from './operate/restore.ts'
import { type Verification, type VerifyOptions, verifyArchive } from './operate/verify.ts'
import type { FarFleet } from './read/far-fleet.ts'
import { createReader, type Reader } from './read/reader.ts'
import { ThreadFleet } from './read/thread-fleet.ts'
import { openStore } from './store/open-store.ts'
import type { Store } from './store/store.ts'
import { Appender, type AppendReceipt, type AppendRequest } from './write/appender.ts'

export type {
  AppendReceipt,
  AppendRequest,
  BackupReport,
  BrigadeReport,
  ErasureRequest,
  ErasureStatus,
  Generations,
  PolicyStanding,
  PruneReport,
  RebuildOptions,
  RebuildProgress,
  RebuildReport,
  RestoreReport,
}

export interface ArchiveStat {
  readonly tail: { readonly objects: number; readonly events: number; readonly bytes: number }
  readonly sealed: {
    readonly rollups: number
    readonly runs: number
    readonly buckets: number
    readonly events: number
    readonly bytes: number
    readonly rawBytes: number
  }
  /** Batches that were put aside because they cannot be read. */
  readonly quarantined: {
    readonly objects: number
    readonly events: number
    readonly bytes: number
  }
  readonly catalog: { readonly generation: number; readonly bytes: number; readonly claims: number }
  /** Time span of all events; undefined in an empty archive. */
  readonly firstMicros: number | undefined
  readonly lastMicros: number | undefined
}

/** What serves requests: appends, questions and erasures. */
export interface Front extends Reader {
  append(request: AppendRequest): Promise<AppendReceipt>
  /**
   * Hides the selected events from every read that begins later; the brigade then takes them out of
   * every object. The same request again changes nothing.
   */
  erase(request: ErasureRequest): Promise<ErasureStatus>
  erasure(erasureId: string): Promise<ErasureStatus>
  /** Erasures in progress. */
  erasures(): Promise<readonly ErasureStatus[]>
  stat(): Promise<ArchiveStat>
  /** The policies in their order, and how far each is pruned. */
  policies(): Promise<readonly PolicyStanding[]>
  /** Waits for appends in flight; questions end. */
  close(): Promise<void>
}

/** The front door of the engine: one archive in one store. */
export interface Archive extends Front {
  /**
   * One member's work until nothing is left to do, or the signal is aborted. Without `tidies` it
   * does not look for garbage, which lists every object there is.
   */
  brigadeOnce(signal?: AbortSignal, work?: { readonly tidies: boolean }): Promise<BrigadeReport>
  /** A member that works until the signal is aborted. */
  brigade(signal: AbortSignal, report?: (done: BrigadeReport) => void): Promise<void>
  /** Copies what a backup in that store, or at that URL, does not hold yet. */
  backup(to: Store | string, options?: BackupOptions): Promise<BackupReport>
  /** Makes this archive, whose store is empty, a new one of a backup. */
  restore(from: Store | string, options?: RestoreOptions): Promise<RestoreReport>
  /**
   * Makes new policies of those there are. They apply to what is folded from then on; what lies is
   * cut anew little by little. Returns them.
   */
  changePolicies(change: PolicyChange): Promise<readonly Policy[]>
  setPolicies(policies: readonly Policy[]): Promise<void>
  /** Looks at everything, or a part of it, and names what is damaged, missing or wrong. */
  verify(options?: VerifyOptions): Verification
  /** Makes anew of what a verification found broken what can be. */
  repair(findings: readonly Finding[], signal?: AbortSignal): Promise<RepairReport>
  /** Folds what waits; the hash that stands for every event acknowledged before. */
  attest(signal?: AbortSignal): Promise<Attestation>
  /** Proves that nothing older than such a hash was changed or dropped but as is recorded. */
  verifySince(hash: string, signal?: AbortSignal): Promise<EvidenceReport>
  /** Puts events under legal hold: erasures that may take one of them are refused. */
  addHold(hold: HoldRequest): Promise<void>
  releaseHold(id: string): Promise<void>
  /** Does the brigade's work until the erasure has its certificate, or the signal is aborted. */
  finishErasure(
    erasureId: string,
    signal: AbortSignal,
    report: (status: ErasureStatus, done: BrigadeReport) => void,
  ): Promise<ErasureStatus>
  holds(): Promise<readonly LegalHold[]>
  /**
   * Prunes what is past its retention, what is unusual only when `confirmed`. With `dryRun` it only
   * says what that would be.
   */
  prune(options?: PruneOptions): Promise<PruneReport>
  /** Makes a lost catalog and lost indexes anew. */
  rebuild(options?: RebuildOptions): Promise<RebuildReport>
}

export interface ArchiveOptions {
  /** A store, or its URL: `file:DIR`, `s3://BUCKET/PREFIX`, `memory:`. */
  readonly store: Store | string
  readonly clock?: Clock
  readonly random?: Random
  readonly settings?: Partial<Settings>
  /**
   * Threads that look through the frames of heavy questions. More answer those sooner and take
   * memory each; without them the thread that asks does it. Default 0.
   */
  readonly scanThreads?: number
  /** Calls that look through what is left of a question once it is heavy. Default none. */
  readonly farFleet?: FarFleet | undefined
}

/**
 * Opens the archive in a store; an empty store is an empty archive. Nothing is read or written
 * before the first question or append.
 */
export async function openArchive(options: ArchiveOptions): Promise<Archive> {
  const place = await placeOf(options)
  const member = new Member(place)
  return {
    ...frontOf(place, options, () => member.waitingBatches),
    brigadeOnce: (signal, work) => member.once(signal, work),
    brigade: (signal, report = () => {}) => member.run(signal, report),
    changePolicies: change => changePolicies(place, change),
    setPolicies: policies => setPolicies(place, policies),
    verify: verifyOptions => verifyArchive(place, verifyOptions),
    repair: (findings, signal) => repair(place, findings, signal),
    attest: signal => attest(place, signal),
    verifySince: (hash, signal) => verifySince(place, hash, signal),
    backup: async (to, backup) => backUp(place, await storeOf(to, place), backup),
    restore: async (from, choice) => restoreFrom(place, await storeOf(from, place), choice),
    addHold: hold => addHold(place, hold),
    releaseHold: id => releaseHold(place, id),
    finishErasure: (id, signal, report) => driveErasure(place, member, id, signal, report),
    holds: async () => (await loadCatalog(place.store)).catalog.holds,
    prune: options => prune(place, options),
    rebuild: options => rebuild(place, options),
  }
}

/** The backups in a store, oldest first. */
export async function backupsAt(
  from: Store | string,
  { clock = systemClock, random = systemRandom }: Pick<ArchiveOptions, 'clock' | 'random'> = {},
): Promise<Generations> {
  return await listGenerations(await storeOf(from, { clock, random }))
}

/** The same without the brigade: a process that only serves requests need not load it. */
export async function openFront(options: ArchiveOptions): Promise<Front> {
  return frontOf(await placeOf(options), options, () => 0)
}

async function placeOf(options: ArchiveOptions): Promise<Workplace> {
  const { clock = systemClock, random = systemRandom } = options
  const store = await storeOf(options.store, { clock, random })
  return { store, clock, random, settings: settingsWith(options.settings) }
}

async function storeOf(
  store: Store | string,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<Store> {
  return typeof store === 'string' ? await openStore(store, { clock, random }) : store
}

/** `waitingBatches` is how many batches the brigade has before it. */
function frontOf(
  place: Workplace,
  { scanThreads = 0, farFleet }: ArchiveOptions,
  waitingBatches: () => number,
): Front {
  const fleet = scanThreads > 0 ? new ThreadFleet(scanThreads) : undefined
  const appender = new Appender(place, waitingBatches)
  return {
    ...createReader({ ...place, fleet, farFleet }),
    append: request => appender.append(request),
    erase: async request => {
      await putMask(place, request)
      return await erasureStatus(place.store, request.erasureId)
    },
    erasure: erasureId => erasureStatus(place.store, erasureId),
    erasures: () => listErasures(place.store),
    stat: () => stat(place.store),
    policies: () => loadStandings(place.store),
    close: async () => {
      await appender.close()
      await fleet?.close()
    },
  }
}

async function stat(store: Store): Promise<ArchiveStat> {
  const { batches } = await listTail(store)
  const { catalog, sizeBytes } = await loadCatalog(store)
  const settled = await Settled.load(
    store,
    catalog,
    batches.map(batch => batch.identity),
    'allowed',
  )
  const { quarantined } = catalog
  const aside = new Set(quarantined.map(batch => batch.identity))
  const isFresh = (identity: string) => !settled.has(identity) && !aside.has(identity)
  const fresh = batches.filter(batch => isFresh(batch.identity))
  const buckets = catalog.runs.flatMap(run => run.buckets)
  const { rollups } = catalog
  const manifests = rollups.flatMap(rollup => rollup.manifests)
  const spans = [...fresh, ...buckets, ...manifests]
  return {
    tail: {
      objects: fresh.length,
      events: sum(fresh, batch => batch.eventCount),
      bytes: sum(fresh, batch => batch.sizeBytes),
    },
    sealed: {
      rollups: rollups.length,
      runs: catalog.runs.length + sum(rollups, rollup => rollup.runCount),
      buckets: buckets.length + sum(rollups, rollup => rollup.bucketCount),
      events: sum([...buckets, ...manifests], holder => holder.eventCount),
      bytes: sum([...buckets, ...rollups], holder => holder.sizeBytes),
      rawBytes: sum([...buckets, ...rollups], holder => holder.rawBytes),
    },
    quarantined: {
      objects: quarantined.length,
      events: sum(quarantined, batch => batch.eventCount),
      bytes: sum(quarantined, batch => batch.sizeBytes),
    },
    catalog: {
      generation: catalog.generation,
      bytes: sizeBytes,
      claims: catalog.claims.length,
    },
    firstMicros:
      spans.length > 0
        ? spans.reduce((least, { firstMicros }) => Math.min(least, firstMicros), Infinity)
        : undefined,
    lastMicros:
      spans.length > 0
        ? spans.reduce((most, { lastMicros }) => Math.max(most, lastMicros), 0)
        : undefined,
  }
}

function sum<T>(items: readonly T[], sizeOf: (item: T) => number): number {
  return items.reduce((total, item) => total + sizeOf(item), 0)
}
