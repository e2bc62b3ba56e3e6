import type { BucketRef, Catalog, ManifestRef } from '../catalog/catalog.ts'
import { Horizons, raiseHorizons } from '../catalog/horizons.ts'
import type { RolledRun } from '../catalog/manifest.ts'
import type { TailObject } from '../catalog/tail.ts'
import type { Domain } from '../core/domain.ts'
import { isGlob } from '../core/glob.ts'
import type { Settings } from '../core/settings.ts'
import { holdsAll, mayHoldSome, type StreamExtent } from '../core/stream-extent.ts'
import { tailMayHold } from '../store/keys.ts'
import { type PruneTarget, pruneTargets } from './prune-targets.ts'

/** What the retention of one policy would prune. */
export interface PolicyPrune extends PruneTarget {
  /** Events that would be hidden, of so many that are seen. */
  readonly eventCount: number
  readonly eventsOf: number
  /** Otherwise some of them are reckoned from the time their bucket spans. */
  readonly isExact: boolean
  /** Periods that lose events. */
  readonly periodCount: number
  /** Buckets that would go, and their size. */
  readonly bucketCount: number
  readonly sizeBytes: number
  /** Batches of the tail that may lose events. */
  readonly batchCount: number
  /** From the earliest to the latest event that would be hidden; both absent: there is none. */
  readonly firstMicros: number | undefined
  readonly lastMicros: number | undefined
  /** Why it is not done unless somebody says so; empty: nothing is unusual. */
  readonly unusual: readonly string[]
}

/** Sealed events, as far as the catalog or a manifest tells of them. */
export interface Holder extends StreamExtent {
  readonly startMicros: number
  readonly firstMicros: number
  readonly lastMicros: number
  readonly eventCount: number
  readonly sizeBytes: number
  readonly bucketCount: number
}

/** What pruning by this catalog would do at this time. Pure. */
export function planPrune(
  catalog: Catalog,
  holders: readonly Holder[],
  tail: readonly TailObject[],
  settings: Settings,
  nowMicros: number,
): PolicyPrune[] {
  const targets = pruneTargets(catalog, nowMicros)
  const before = new Horizons(catalog.horizons)
  const raised = targets.map(target => target.horizon)
  const after = new Horizons(raiseHorizons(catalog.horizons, raised))
  return targets.map(target => {
    const tally = tallyOf(target, holders, before, after)
    const batchCount = tail.filter(batch => mayLose(batch, target)).length
    const sums = { ...target, ...tally, batchCount }
    return { ...sums, unusual: unusualIn(sums, settings) }
  })
}

/** A holder that may have streams of several policies counts whole for each of them. */
function tallyOf(
  { horizon, reachedMicros }: PruneTarget,
  holders: readonly Holder[],
  before: Horizons,
  after: Horizons,
) {
  let [eventCount, eventsOf, bucketCount, sizeBytes] = [0, 0, 0, 0]
  let [firstMicros, lastMicros] = [Infinity, -Infinity]
  let isExact = true
  const periods = new Set<number>()
  for (const holder of holders) {
    if (!mayHoldSome(horizon, holder)) continue
    const goneMicros = Math.max(reachedMicros, before.within(holder).least)
    const goneCount = eventsBelow(holder, goneMicros)
    const isLeft = goneMicros <= holder.lastMicros
    eventsOf += holder.eventCount - goneCount
    const { beforeMicros } = horizon
    if (!isLeft || beforeMicros <= Math.max(goneMicros, holder.firstMicros)) continue
    const isWhole = after.within(holder).least > holder.lastMicros
    if (!isWhole || goneMicros > holder.firstMicros || !holdsAll(horizon, holder)) isExact = false
    periods.add(holder.startMicros)
    eventCount += eventsBelow(holder, beforeMicros) - goneCount
    bucketCount += isWhole ? holder.bucketCount : 0
    sizeBytes += isWhole ? holder.sizeBytes : 0
    firstMicros = Math.min(firstMicros, Math.max(holder.firstMicros, goneMicros))
    lastMicros = Math.max(lastMicros, Math.min(holder.lastMicros, beforeMicros - 1))
  }
  const isNone = periods.size === 0
  return {
    ...{ eventCount, eventsOf, isExact, periodCount: periods.size, bucketCount, sizeBytes },
    firstMicros: isNone ? undefined : firstMicros,
    lastMicros: isNone ? undefined : lastMicros,
  }
}

/** As if events lay evenly in the holder's span. */
function eventsBelow({ firstMicros, lastMicros, eventCount }: Holder, micros: number): number {
  if (micros <= firstMicros) return 0
  if (micros > lastMicros) return eventCount
  return Math.round((eventCount * (micros - firstMicros)) / (lastMicros + 1 - firstMicros))
}

function mayLose(batch: TailObject, { horizon, reachedMicros }: PruneTarget): boolean {
  const { pattern, beforeMicros } = horizon
  if (beforeMicros <= reachedMicros || batch.firstMicros >= beforeMicros) return false
  return isGlob(pattern) || tailMayHold(batch, pattern)
}

/**
 * The circuit breaker: a horizon that rises far and takes much with it is more likely a mistyped
 * policy or a clock that lies than the passing of time.
 */
function unusualIn(
  { horizon, reachedMicros, eventCount, eventsOf }: Omit<PolicyPrune, 'unusual'>,
  { pruneShareMax, pruneAdvanceMillis }: Settings,
): string[] {
  const risesFar = horizon.beforeMicros - reachedMicros > pruneAdvanceMillis * 1000
  if (!risesFar || eventCount <= eventsOf * pruneShareMax) return []
  const share = Math.ceil((100 * eventCount) / eventsOf)
  return [`${share} % of the events of ${horizon.pattern} would go at once`]
}

/** Where events lie: a run, or the roll-up that lists one. */
interface Lying {
  readonly domain: string
  readonly startMicros: number
}

/** The buckets of a run, or of one that a manifest lists. `domains` by mark. */
export function holdersOfRun(
  { buckets, startMicros }: RolledRun,
  group: Lying,
  domains: ReadonlyMap<string, Domain>,
): Holder[] {
  return buckets.map(bucket => ({
    ...holderOf({ ...group, startMicros }, bucket, domains),
    sizeBytes: bucket.sizeBytes,
    bucketCount: 1,
  }))
}

/** A manifest as a whole. */
export function holderOfManifest(
  group: Lying,
  manifest: ManifestRef,
  domains: ReadonlyMap<string, Domain>,
): Holder {
  return { ...holderOf(group, manifest, domains), sizeBytes: 0, bucketCount: 0 }
}

function holderOf(
  { domain: mark, startMicros }: Lying,
  { firstStream, lastStream, firstMicros, lastMicros, eventCount }: BucketRef | ManifestRef,
  domains: ReadonlyMap<string, Domain>,
) {
  const streams = [firstStream, lastStream] as const
  const domain = domains.get(mark)
  return { domain, startMicros, streams, firstMicros, lastMicros, eventCount }
}
