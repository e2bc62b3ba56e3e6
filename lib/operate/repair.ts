import { collectGarbage } from '../brigade/collect.ts'
import { cancelStaleClaims } from '../brigade/job.ts'
import { type PartRepair, repairPart } from '../brigade/repair-part.ts'
import type { Rollup, Run } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { loadCatalog } from '../catalog/load.ts'
import { loadManifest, type RolledRun } from '../catalog/manifest.ts'
import { objectsOfRolledRun, objectsOfRollup, objectsOfRun } from '../catalog/references.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Store } from '../store/store.ts'
import { dissolveRollups } from './dissolve-rollups.ts'
import { type Finding, isFault } from './finding.ts'
import type { Repaired } from './rebuild-options.ts'
import { repairRuns, sizesOfIndexes } from './repair-indexes.ts'

export interface RepairReport {
  readonly repaired: readonly Repaired[]
  /** Faults that stay, each with the reason. */
  readonly left: readonly { readonly object: string; readonly reason: string }[]
}

/**
 * Makes anew what a verification found broken and what other objects tell (PROTOCOL S): indexes and
 * summaries, roll-ups, buckets that parity heals, records; it cancels claims that nobody works on
 * and collects garbage. Each is a job of its own beside writers and brigade: killed anywhere, it
 * can be run again.
 */
export async function repair(
  place: Workplace,
  findings: readonly Finding[],
  signal?: AbortSignal,
): Promise<RepairReport> {
  const repaired: Repaired[] = []
  const refused = new Map<string, string>()
  // First, for what they claim may be what is broken.
  const claims = keysOf(findings, 'stale-claim')
  if (claims.length > 0) {
    const count = await cancelStaleClaims(place)
    repaired.push({ id: 'claims', what: `${count} stale claims cancelled`, keys: claims })
  }
  const broken = new Set(findings.filter(({ remedy }) => remedy === 'repair').map(keyOf))
  if (broken.size > 0) {
    await repairIndexes(place, broken, repaired, refused, signal)
    await repairBuckets(place, broken, repaired, refused, signal)
  }
  const orphans = keysOf(findings, 'orphan')
  if (orphans.length > 0) {
    const count = await collectGarbage(place)
    repaired.push({ id: 'orphans', what: `${count} objects collected`, keys: orphans })
  }
  const done = new Set(repaired.flatMap(({ keys }) => keys))
  const left = findings
    .filter(finding => isFault(finding) && !done.has(finding.object))
    .map(({ object, reason }) => ({ object, reason: refused.get(object) ?? reason }))
  return { repaired, left: left.filter(isFirst) }
}

/** Roll-ups that lack something become runs; then each run gets index and summary. */
async function repairIndexes(
  place: Workplace,
  broken: ReadonlySet<string>,
  repaired: Repaired[],
  refused: Map<string, string>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const tell = (done: Repaired) => void repaired.push(done)
  const sizes = await sizesOfIndexes(place.store, broken)
  try {
    await dissolveRollups(place, sizes, {}, tell)
  } catch (fault) {
    if (!isLoss(fault)) throw fault
    for (const key of broken) refused.set(key, fault.message)
  }
  const { unreadable } = await repairRuns(place, sizes, signal ? { signal } : {}, tell)
  for (const { id, index, summary } of (await loadCatalog(place.store)).catalog.runs) {
    if (!unreadable.includes(id)) continue
    for (const { key } of [index, summary]) refused.set(key, reasons.unreadable)
  }
}

function keyOf({ object }: Finding): string {
  return object
}

function keysOf(findings: readonly Finding[], kind: Finding['kind']): string[] {
  return findings.filter(each => each.kind === kind).map(keyOf)
}

function isFirst(
  { object }: { readonly object: string },
  position: number,
  all: readonly { readonly object: string }[],
): boolean {
  return all.findIndex(each => each.object === object) === position
}

/**
 * Runs of which a bucket or the record is broken, and all of a roll-up that could not be dissolved;
 * buckets heal as they are read.
 */
async function repairBuckets(
  place: Workplace,
  broken: ReadonlySet<string>,
  repaired: Repaired[],
  refused: Map<string, string>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { catalog } = await loadCatalog(place.store)
  for (const part of [...catalog.runs, ...catalog.rollups]) {
    signal?.throwIfAborted()
    const { ids, keys } = await brokenOf(place.store, part, broken)
    if (ids.length === 0) continue
    const outcome = await repairPart(place, part.id, new Set(ids))
    const what = `${ids.length} of its runs written anew, with index and record`
    if (outcome === 'done') repaired.push({ id: part.id, what, keys })
    else for (const key of keys) refused.set(key, reasons[outcome])
  }
}

const reasons: { readonly [Outcome in Exclude<PartRepair, 'done'>]: string } = {
  gone: 'another job replaced it meanwhile: verify again',
  claimed: 'another job works on it: repair again when that is done',
  unreadable: 'not all of its events can be read: only a backup has them',
}

/** The runs of a part that must be written anew, and the objects that they replace. */
async function brokenOf(store: Store, part: Run | Rollup, broken: ReadonlySet<string>) {
  const isAny = (keys: readonly string[]) => keys.some(key => broken.has(key))
  if ('buckets' in part) {
    const keys = objectsOfRun(part).map(({ key }) => key)
    return { ids: isAny(bucketsAndRecord(part)) ? [part.id] : [], keys }
  }
  const listed = await listedRuns(store, part)
  const own = objectsOfRollup(part).map(({ key }) => key)
  const isWhole = !isAny([...own, ...listed.map(run => run.summary.key)])
  const runs = isWhole ? listed.filter(run => isAny(bucketsAndRecord(run))) : listed
  const keys = runs.flatMap(objectsOfRolledRun).map(({ key }) => key)
  return { ids: runs.map(({ id }) => id), keys: isWhole ? keys : [...own, ...keys] }
}

/** None of a roll-up that cannot be read: it is named as left. */
async function listedRuns(store: Store, { manifests }: Rollup): Promise<RolledRun[]> {
  const runs: RolledRun[] = []
  try {
    for (const ref of manifests) runs.push(...(await loadManifest(store, ref)))
    return runs
  } catch (fault) {
    if (isLoss(fault)) return []
    throw fault
  }
}

function bucketsAndRecord(run: RolledRun): string[] {
  return objectsOfRolledRun(run)
    .map(({ key }) => key)
    .filter(key => key !== run.summary.key)
}

function isLoss(fault: unknown): fault is ArchiveError {
  return fault instanceof ArchiveError && ['corrupt', 'missing', 'conflict'].includes(fault.code)
}
