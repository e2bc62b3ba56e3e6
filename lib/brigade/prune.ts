import type { Catalog, ManifestRef } from '../catalog/catalog.ts'
import { commit, type Workplace } from '../catalog/commit.ts'
import { domainsOf } from '../catalog/domains.ts'
import { type Horizon, Horizons, isImplied, raiseHorizons } from '../catalog/horizons.ts'
import { loadCatalog } from '../catalog/load.ts'
import { loadManifest, type RolledRun } from '../catalog/manifest.ts'
import { listTail } from '../catalog/tail.ts'
import { domainOf, markOfDomain } from '../core/domain.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import type { Store } from '../store/store.ts'
import { storeTimeMillis } from './floor.ts'
import {
  type Holder,
  holderOfManifest,
  holdersOfRun,
  type PolicyPrune,
  planPrune,
} from './prune-plan.ts'
import { pruneTargets } from './prune-targets.ts'

/** What retention asks for, and whether it was done. */
export interface PruneReport {
  /** One for each policy with a retention. */
  readonly policies: readonly PolicyPrune[]
  /** Patterns of the policies whose horizon was raised. */
  readonly pruned: readonly string[]
}

export interface PruneOptions {
  readonly confirmed?: boolean
  readonly dryRun?: boolean
}

/**
 * Prunes what is past its retention (PROTOCOL P): a horizon for each policy rises, in one commit
 * that also drops what lies wholly below. A policy of which it would be unusual is left as it is,
 * unless that is `confirmed`. With `dryRun` nothing is done at all.
 */
export async function prune(
  place: Workplace,
  { confirmed = false, dryRun = false }: PruneOptions = {},
): Promise<PruneReport> {
  const { catalog } = await loadCatalog(place.store)
  const mayPrune = catalog.policies.some(({ retentionMicros }) => retentionMicros !== undefined)
  if (!mayPrune && catalog.horizons.length === 0) return { policies: [], pruned: [] }
  const nowMicros = await trustedMicros(place)
  const { batches } = await listTail(place.store)
  const holders = await holdersIn(place.store, catalog, nowMicros)
  const policies = planPrune(catalog, holders, batches, place.settings, nowMicros)
  const wanted = policies.filter(
    ({ unusual, periodCount, batchCount }) =>
      (confirmed || unusual.length === 0) && periodCount + batchCount > 0,
  )
  if (dryRun) return { policies, pruned: [] }
  const approved = wanted.map(({ horizon }) => horizon)
  const raised = await commitHorizons(place, approved, nowMicros)
  return { policies, pruned: raised.map(({ pattern }) => pattern) }
}

/**
 * The earlier of two clocks, the store's and this process's: both must lie before events go early.
 */
async function trustedMicros(place: Workplace): Promise<number> {
  return Math.min((await storeTimeMillis(place)) * 1000, place.clock.nowMicros())
}

/**
 * P1. What was decided on an earlier catalog is done as far as the one it is committed to asks for
 * it, too; returns what was.
 */
async function commitHorizons(
  place: Workplace,
  approved: readonly Horizon[],
  nowMicros: number,
): Promise<readonly Horizon[]> {
  const { horizonsMax } = place.settings
  let raised: readonly Horizon[] = []
  await commit(place, current => {
    const asked = pruneTargets(current, nowMicros).map(target => target.horizon)
    const wanted = approved.filter(horizon => asked.some(other => isImplied(horizon, other)))
    raised = wanted
    const horizons = raiseHorizons(keptHorizons(current), wanted)
    if (horizons.length > horizonsMax) throw tooMany(horizons.length, horizonsMax)
    const next = withoutPruned({ ...current, horizons })
    const isSame = horizons.length === current.horizons.length
    if (isSame && isDone(current, wanted)) return undefined
    return { next, landed: later => isDone(later, wanted) }
  })
  return raised
}

/** All of them, also those of policies that are no more. */
function keptHorizons({ horizons, policies }: Catalog): readonly Horizon[] {
  if (holds('horizon-outlives-policy')) return horizons
  const now = policies.map(({ pattern }) => markOfDomain(domainOf(pattern, policies)))
  return horizons.filter(horizon => now.includes(markOfDomain(horizon)))
}

function isDone(catalog: Catalog, raised: readonly Horizon[]): boolean {
  const isReached = (horizon: Horizon) => catalog.horizons.some(other => isImplied(horizon, other))
  const { runs, rollups } = withoutPruned(catalog)
  const isLeft = runs.length + rollups.length < catalog.runs.length + catalog.rollups.length
  return raised.every(isReached) && !isLeft
}

/** Less the runs and roll-ups all of whose events are pruned. */
function withoutPruned(catalog: Catalog): Catalog {
  const horizons = new Horizons(catalog.horizons)
  if (horizons.list.length === 0) return catalog
  const domains = domainsOf(catalog)
  const isPruned = (holder: Holder) => horizons.within(holder).least > holder.lastMicros
  return {
    ...catalog,
    runs: catalog.runs.filter(run => !holdersOfRun(run, run, domains).every(isPruned)),
    rollups: catalog.rollups.filter(
      rollup => !rollup.manifests.every(each => isPruned(holderOfManifest(rollup, each, domains))),
    ),
  }
}

/** All sealed events; buckets one by one where a horizon may pass between those of a manifest. */
async function holdersIn(store: Store, catalog: Catalog, nowMicros: number): Promise<Holder[]> {
  const domains = domainsOf(catalog)
  const found = catalog.runs.flatMap(run => holdersOfRun(run, run, domains))
  const raised = pruneTargets(catalog, nowMicros).map(target => target.horizon)
  const horizons = new Horizons(raiseHorizons(catalog.horizons, raised))
  for (const rollup of catalog.rollups) {
    for (const ref of rollup.manifests) {
      const whole = holderOfManifest(rollup, ref, domains)
      const isTouched = horizons.within(whole).most > ref.firstMicros
      const runs = isTouched ? await runsOf(store, ref) : undefined
      found.push(...(runs?.flatMap(run => holdersOfRun(run, rollup, domains)) ?? [whole]))
    }
  }
  return found
}

/** `undefined`: the manifest cannot be read now; it counts as a whole. */
async function runsOf(store: Store, ref: ManifestRef): Promise<readonly RolledRun[] | undefined> {
  try {
    return await loadManifest(store, ref)
  } catch (fault) {
    if (fault instanceof ArchiveError && ['corrupt', 'missing'].includes(fault.code)) {
      return undefined
    }
    throw fault
  }
}

function tooMany(count: number, most: number): ArchiveError {
  const hint = 'policies whose patterns stay as they are need no new ones'
  const detail = `${count} horizons would be kept for the policies of now and before, not ${most}`
  return new ArchiveError('too-large', `cannot prune: ${detail}`, { details: [{ detail, hint }] })
}
