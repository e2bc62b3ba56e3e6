import type { Catalog, Rollup } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { objectsOfRolledRun, objectsOfRollup, objectsOfRun } from '../catalog/references.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import { copyTermIndex } from '../index/copy-terms.ts'
import { groupOf, indexKey, indexPartKey, ownerOfIndex } from '../store/keys.ts'
import type { SurveyedRun } from './affected-runs.ts'
import { labelled } from './applied-masks.ts'
import { framesOfPart, isRun, type RollupPart } from './choose-rollup.ts'
import { type Job, renewClaim, uploadOutput } from './job.ts'
import { ManifestWriter } from './manifest-writer.ts'
import { mergeLines } from './merge-lines.ts'
import { withReplaced } from './replaced.ts'
import { framesOfRun } from './run-frames.ts'
import { RunWriter } from './run-writer.ts'

/** What takes the place of a part. */
export interface Rewritten {
  readonly runs: Awaited<ReturnType<RunWriter['finish']>>
  /** What is left of a roll-up. */
  readonly rollup: Rollup | undefined
  /** Keys of what is not referred to any more. */
  readonly replaced: readonly string[]
}

/**
 * Writes the affected runs of a part anew, each as it is cut, under what the job's catalog hides.
 * Those of a roll-up leave it and become runs of the catalog again, as if they had come late.
 * `damaged` collects ids of runs that cannot be read. Throws `corrupt` or `missing`.
 */
export async function rewriteRuns(
  place: Workplace,
  job: Job,
  part: RollupPart,
  surveyed: readonly SurveyedRun[],
  damaged: Set<string>,
): Promise<Rewritten> {
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

/** The catalog in which they stand in its place; `undefined`: it is gone. */
export function withRewritten(
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
