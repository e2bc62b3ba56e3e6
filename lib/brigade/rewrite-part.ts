import type { Catalog, Rollup } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import type { RolledRun } from '../catalog/manifest.ts'
import { objectsOfIndex, objectsOfRolledRun, objectsOfRun } from '../catalog/references.ts'
import { holds } from '../core/rules.ts'
import { groupOf } from '../store/keys.ts'
import type { PlacedRun } from './affected-runs.ts'
import { labelled } from './applied-masks.ts'
import { isRun, type RollupPart } from './choose-rollup.ts'
import { type Job, renewClaim } from './job.ts'
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
 * Writes these runs of a part anew, each as it is cut, under what the job's catalog hides. Those of
 * a roll-up leave it and become runs of the catalog again, as if they had come late. `damaged`
 * collects ids of runs that cannot be read. Throws `corrupt` or `missing`.
 */
export async function rewriteRuns(
  place: Workplace,
  job: Job,
  part: RollupPart,
  placed: readonly PlacedRun[],
  chosen: readonly RolledRun[],
  damaged: Set<string>,
): Promise<Rewritten> {
  let period = { startMicros: 0, endMicros: 0 }
  const writer = new RunWriter(place, job, () => [period])
  for (const run of chosen) {
    const { startMicros, endMicros } = run
    period = { startMicros, endMicros }
    writer.group = groupOf(run)
    const reading = { aheadBytes: place.settings.compactAheadBytes, damaged }
    await mergeLines([framesOfRun(place.store, job, run, reading)], writer)
    await writer.endRuns()
    await renewClaim(place, job)
  }
  const runs = await writer.finish()
  if (isRun(part)) return { runs, rollup: undefined, replaced: keysOf(objectsOfRun(part)) }
  const kept = placed.filter(({ run }) => !chosen.includes(run))
  const rollup = await restOf(place, job, part, kept, runs.length)
  const gone = [...part.manifests, ...chosen.flatMap(objectsOfRolledRun)]
  const replaced = rollup ? gone : [...gone, ...objectsOfIndex(part.index)]
  return { runs, rollup, replaced: keysOf(replaced) }
}

/**
 * The roll-up of the runs that stay. Its index goes on telling of the others until there are no
 * more to leave it: it is the largest object there is. `undefined`: none stays.
 */
async function restOf(
  place: Workplace,
  job: Job,
  rollup: Rollup,
  kept: readonly PlacedRun[],
  number: number,
): Promise<Rollup | undefined> {
  if (kept.length === 0) return undefined
  const writer = new ManifestWriter(place, job)
  let frames = 0
  for (const { run, framesBefore, frameCount } of kept) {
    if (framesBefore > frames) await writer.skip(framesBefore - frames)
    await writer.add([run])
    frames = framesBefore + frameCount
  }
  return { ...rollup, id: `${job.id}/${number}`, ...(await writer.finish()) }
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

function keysOf(objects: readonly { readonly key: string }[]): string[] {
  return objects.map(({ key }) => key)
}
