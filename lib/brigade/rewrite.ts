import type { Catalog } from '../catalog/catalog.ts'
import { commit, type Workplace } from '../catalog/commit.ts'
import { loadCatalog } from '../catalog/load.ts'
import type { RolledRun } from '../catalog/manifest.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import { type SurveyedRun, surveyRuns } from './affected-runs.ts'
import { hasGaps, isStale, type RollupPart } from './choose-rollup.ts'
import { cancelClaims, cancelJob, claimedInputs, claimJob, finishJob } from './job.ts'
import { rewriteRuns, withRewritten } from './rewrite-part.ts'
import { closeGaps } from './roll-up.ts'

/**
 * One rewrite (PROTOCOL E3): a run that may hold what a mask hides is made anew without it; parts
 * that surely hold nothing of it get a new label only. Runs of a roll-up that are affected leave
 * it, some at a time, and become runs of the catalog again, as if they had come late; when none is
 * left its index is made anew, which a member may leave to the next one. Returns how many parts it
 * dealt with; 0: lost to another member, or left; `undefined`: nothing to do. `damaged` collects
 * ids of parts that cannot be read: their erasures wait for a repair.
 */
export async function rewrite(
  place: Workplace,
  damaged: Set<string>,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const { catalog } = await loadCatalog(place.store)
  const clean: string[] = []
  for (const part of staleParts(catalog, damaged)) {
    const surveyed = await surveyOf(place, catalog, part, damaged)
    if (!surveyed) continue
    const isAffected = surveyed.some(each => each.isAffected)
    if (isAffected || hasGaps(part)) {
      await relabel(place, clean, catalog.maskSeq)
      const done = isAffected
        ? await rewritePart(place, part.id, surveyed, damaged)
        : await closeGaps(place, part.id, damaged, signal)
      return clean.length + done
    }
    clean.push(part.id)
  }
  await relabel(place, clean, catalog.maskSeq)
  return clean.length > 0 ? clean.length : undefined
}

/**
 * A roll-up may take days, and no erasure waits for it: it is cancelled when one of its inputs may
 * hold what a mask hides. That of a single one closes gaps, for an erasure.
 */
export async function makeWay(place: Workplace): Promise<void> {
  await cancelClaims(place, ({ kind, inputs }, catalog) => {
    if (kind !== 'roll-up' || inputs.length === 1) return false
    const claimed = new Set(inputs)
    const parts = [...catalog.runs, ...catalog.rollups]
    return parts.some(part => claimed.has(part.id) && isStale(part, catalog))
  })
}

function staleParts(catalog: Catalog, damaged: ReadonlySet<string>): RollupPart[] {
  if (catalog.masks.length === 0) return []
  const claimed = holds('claims-exclusive') ? claimedInputs(catalog) : new Set<string>()
  return [...catalog.runs, ...catalog.rollups].filter(
    part => isStale(part, catalog) && !claimed.has(part.id) && !damaged.has(part.id),
  )
}

/** `undefined`: the part cannot be read, or is gone. */
async function surveyOf(
  place: Workplace,
  catalog: Catalog,
  part: RollupPart,
  damaged: Set<string>,
): Promise<SurveyedRun[] | undefined> {
  try {
    return await surveyRuns(place.store, catalog, part)
  } catch (fault) {
    if (!isLoss(fault)) throw fault
    if (fault.code === 'corrupt') damaged.add(part.id)
    return undefined
  }
}

/** What is proved of immutable objects stays true, whoever else has committed since. */
async function relabel(place: Workplace, clean: readonly string[], maskSeq: number): Promise<void> {
  if (clean.length === 0) return
  const ids = new Set(clean)
  const raised = <Part extends RollupPart>(part: Part): Part =>
    ids.has(part.id) && part.maskSeq < maskSeq ? { ...part, maskSeq } : part
  const isDone = (part: RollupPart) => raised(part) === part
  await commit(place, current => {
    const { runs, rollups } = current
    if ([...runs, ...rollups].every(isDone)) return undefined
    return {
      next: { ...current, runs: runs.map(raised), rollups: rollups.map(raised) },
      landed: later => [...later.runs, ...later.rollups].every(isDone),
    }
  })
}

/** A run, or the first affected runs of a roll-up. */
async function rewritePart(
  place: Workplace,
  id: string,
  surveyed: readonly SurveyedRun[],
  damaged: Set<string>,
): Promise<number> {
  const chosen = firstAffected(surveyed, place.settings.rewriteBytesMax)
  const inputs = new Set([id, ...chosen.map(run => run.id)])
  let part: RollupPart | undefined
  const job = await claimJob(place, 'rewrite', catalog => {
    part = staleParts(catalog, damaged).find(each => each.id === id)
    return part && [...inputs]
  })
  if (!job || !part) return 0
  try {
    const made = await rewriteRuns(place, job, part, surveyed, chosen, damaged)
    const applied = await finishJob(place, job, catalog => withRewritten(catalog, job, part!, made))
    return applied ? 1 : 0
  } catch (fault) {
    if (!isLoss(fault)) throw fault
    const wasClaimed = await cancelJob(place, job)
    // F2: what is gone while the claim stands was replaced by nobody.
    if (fault.code === 'corrupt' || wasClaimed) damaged.add(id)
    return 0
  }
}

/** As many as one job rewrites, at least one. */
function firstAffected(surveyed: readonly SurveyedRun[], bytesMax: number): RolledRun[] {
  const affected = surveyed.filter(each => each.isAffected).map(each => each.run)
  let rawBytes = 0
  const count = affected.findIndex(({ buckets }) => {
    rawBytes += buckets.reduce((sum, bucket) => sum + bucket.rawBytes, 0)
    return rawBytes > bytesMax
  })
  return affected.slice(0, count < 0 ? affected.length : Math.max(count, 1))
}

function isLoss(fault: unknown): fault is ArchiveError {
  return fault instanceof ArchiveError && ['corrupt', 'missing'].includes(fault.code)
}
