import type { Catalog, Rollup } from '../catalog/catalog.ts'
import { commit, type Workplace } from '../catalog/commit.ts'
import { loadCatalog } from '../catalog/load.ts'
import { objectsOfRolledRun, objectsOfRollup, objectsOfRun } from '../catalog/references.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import { copyTermIndex } from '../index/copy-terms.ts'
import { groupOf, indexKey, indexPartKey, ownerOfIndex } from '../store/keys.ts'
import { type SurveyedRun, surveyRuns } from './affected-runs.ts'
import { labelled } from './applied-masks.ts'
import { framesOfPart, isRun, isStale, type RollupPart } from './choose-rollup.ts'
import {
  cancelClaims,
  cancelJob,
  claimedInputs,
  claimJob,
  finishJob,
  type Job,
  renewClaim,
  uploadOutput,
} from './job.ts'
import { ManifestWriter } from './manifest-writer.ts'
import { mergeLines } from './merge-lines.ts'
import { withReplaced } from './replaced.ts'
import { framesOfRun } from './run-frames.ts'
import { RunWriter } from './run-writer.ts'

/**
 * One rewrite (PROTOCOL E3): a run or a roll-up that may hold what a mask hides is made anew
 * without it; those that surely hold nothing of it get a new label only. Runs of a roll-up that are
 * affected leave it and become runs of the catalog again, as if they had come late. Returns how
 * many parts it dealt with; 0: lost to another member; `undefined`: nothing to do. `damaged`
 * collects ids of parts that cannot be read: their erasures wait for a repair.
 */
export async function rewrite(place: Workplace, damaged: Set<string>): Promise<number | undefined> {
  const { catalog } = await loadCatalog(place.store)
  const clean: string[] = []
  for (const part of staleParts(catalog, damaged)) {
    const surveyed = await surveyOf(place, catalog, part, damaged)
    if (surveyed?.some(each => each.isAffected)) {
      await relabel(place, clean, catalog.maskSeq)
      return clean.length + (await rewritePart(place, part.id, damaged))
    }
    if (surveyed) clean.push(part.id)
  }
  await relabel(place, clean, catalog.maskSeq)
  return clean.length > 0 ? clean.length : undefined
}

/**
 * A roll-up may take days, and no erasure waits for it: it is cancelled when one of its inputs may
 * hold what a mask hides.
 */
export async function makeWay(place: Workplace): Promise<void> {
  await cancelClaims(place, ({ kind, inputs }, catalog) => {
    if (kind !== 'roll-up') return false
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

async function rewritePart(place: Workplace, id: string, damaged: Set<string>): Promise<number> {
  let part: RollupPart | undefined
  const job = await claimJob(place, 'rewrite', catalog => {
    part = staleParts(catalog, damaged).find(each => each.id === id)
    return part && [part.id]
  })
  if (!job || !part) return 0
  try {
    const made = await rewriteRuns(place, job, part, damaged)
    const applied = await finishJob(place, job, catalog => withRewritten(catalog, job, part!, made))
    return applied ? 1 : 0
  } catch (fault) {
    if (!isLoss(fault)) throw fault
    await cancelJob(place, job)
    if (fault.code === 'corrupt') damaged.add(id)
    return 0
  }
}

interface Rewritten {
  readonly runs: Awaited<ReturnType<RunWriter['finish']>>
  /** What is left of a roll-up. */
  readonly rollup: Rollup | undefined
  /** Keys of what is not referred to any more. */
  readonly replaced: readonly string[]
}

async function rewriteRuns(
  place: Workplace,
  job: Job,
  part: RollupPart,
  damaged: Set<string>,
): Promise<Rewritten> {
  const surveyed = await surveyRuns(place.store, job.catalog, part)
  let period = { startMicros: 0, endMicros: 0 }
  const writer = new RunWriter(place, job, () => [period])
  const affected = surveyed.filter(each => each.isAffected).map(each => each.run)
  for (const run of affected) {
    const { startMicros, endMicros } = run
    period = { startMicros, endMicros }
    writer.group = groupOf(run)
    const reading = { aheadBytes: place.settings.compactAheadBytes, damaged }
    await mergeLines([framesOfRun(place.store, job, run, reading)], writer)
    await writer.endRuns()
    await renewClaim(place, job)
  }
  const runs = await writer.finish()
  const objects = isRun(part)
    ? objectsOfRun(part)
    : [...objectsOfRollup(part), ...affected.flatMap(objectsOfRolledRun)]
  const replaced = objects.map(each => each.key)
  const rollup = isRun(part) ? undefined : await restOf(place, job, part, surveyed, runs.length)
  return { runs, rollup, replaced }
}

/** A roll-up of the runs that stay, with an index that knows no others; `undefined`: none does. */
async function restOf(
  place: Workplace,
  job: Job,
  rollup: Rollup,
  surveyed: readonly SurveyedRun[],
  indexNumber: number,
): Promise<Rollup | undefined> {
  const kept = surveyed.filter(each => !each.isAffected)
  if (kept.length === 0) return undefined
  const writer = new ManifestWriter(place, job)
  for (const { run } of kept) await writer.add([run])
  const content = await writer.finish()
  const frameCount = kept.reduce((sum, each) => sum + each.frameCount, 0)
  const { key } = rollup.index
  const copyKey = indexKey(job.id, indexNumber)
  let sizeBytes = 0
  const terms = await copyTermIndex(
    {
      shape: rollup.index.terms,
      ownerOf: number => ownerOfIndex(indexPartKey(key, number)),
      copyOwnerOf: number => ownerOfIndex(indexPartKey(copyKey, number)),
      read: number => fetchWhole(place, indexPartKey(key, number)),
      frameOf: renumbering(surveyed, framesOfPart(rollup)),
      frameCount,
    },
    async (number, bytes) => {
      if (number === 0) sizeBytes = bytes.length
      await uploadOutput(place, indexPartKey(copyKey, number), bytes)
      await renewClaim(place, job)
    },
  )
  const index = { key: copyKey, sizeBytes, terms }
  const { policy, domain, startMicros, endMicros } = rollup
  const period = { startMicros, endMicros }
  const { maskSeq } = job.catalog
  return { id: `${job.id}/${indexNumber}`, policy, domain, ...period, ...content, index, maskSeq }
}

/** New numbers of frames when those of affected runs are left out. */
function renumbering(
  surveyed: readonly SurveyedRun[],
  frameCount: number,
): (frame: number) => number {
  const numbers = new Int32Array(frameCount).fill(-1)
  let [before, next] = [0, 0]
  for (const each of surveyed) {
    for (let i = 0; i < each.frameCount && !each.isAffected; i++) numbers[before + i] = next++
    before += each.frameCount
  }
  return frame => numbers[frame] ?? -1
}

function withRewritten(
  catalog: Catalog,
  job: Job,
  part: RollupPart,
  { runs, rollup, replaced }: Rewritten,
): Catalog | undefined {
  const isOther = (each: { readonly id: string }) => each.id !== part.id
  const isThere = [...catalog.runs, ...catalog.rollups].some(each => !isOther(each))
  if (!isThere && holds('commit-needs-inputs')) return undefined
  const applied = job.catalog.masks.filter(mask => mask.seq > part.maskSeq)
  return {
    ...withReplaced(catalog, applied, replaced),
    runs: [...catalog.runs.filter(isOther), ...labelled(runs, catalog)],
    rollups: [...catalog.rollups.filter(isOther), ...(rollup ? [rollup] : [])],
  }
}

async function fetchWhole(place: Workplace, key: string): Promise<Buffer> {
  const found = await place.store.get(key)
  if (!found) throw new ArchiveError('missing', `${key} is gone`)
  return found.bytes
}

function isLoss(fault: unknown): fault is ArchiveError {
  return fault instanceof ArchiveError && ['corrupt', 'missing'].includes(fault.code)
}
