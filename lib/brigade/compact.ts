import type { Catalog, Run } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { objectsOfRun } from '../catalog/references.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import { labelled, mayHide } from './applied-masks.ts'
import { chooseRuns } from './choose-runs.ts'
import { cancelJob, claimJob, finishJob, type Job } from './job.ts'
import { mergeLines } from './merge-lines.ts'
import { withReplaced } from './replaced.ts'
import { framesOfRun } from './run-frames.ts'
import { type PeriodsOf, RunWriter } from './run-writer.ts'

/**
 * One compaction (PROTOCOL C'): runs of one policy and period become one, events that carry the
 * same `@id` become one. Returns how many runs were merged; 0: lost to another member; `undefined`:
 * nothing to do. `damaged` collects ids of runs that cannot be read whole; they stay as they are.
 */
export async function compact(place: Workplace, damaged: Set<string>): Promise<number | undefined> {
  let chosen: Run[] = []
  const nowMicros = place.clock.nowMicros()
  const job = await claimJob(place, 'compact', catalog => {
    chosen = chooseRuns(catalog, place.settings, nowMicros, damaged)
    return chosen.length > 0 ? chosen.map(run => run.id) : undefined
  })
  if (!job) return undefined
  const { startMicros, endMicros } = chosen[0]!
  const work = () => mergeRuns(place, job, chosen, () => [{ startMicros, endMicros }], damaged)
  return (await unlessDamaged(place, job, chosen, damaged, work)) ? chosen.length : 0
}

/** Does a job on runs; gives it back when one of them cannot be read: `damaged` names it then. */
export async function unlessDamaged(
  place: Workplace,
  job: Job,
  runs: readonly Run[],
  damaged: Set<string>,
  work: () => Promise<boolean>,
): Promise<boolean> {
  try {
    return await work()
  } catch (fault) {
    if (!(fault instanceof ArchiveError) || !['corrupt', 'missing'].includes(fault.code))
      throw fault
    const wasClaimed = await cancelJob(place, job)
    // F2: what is gone while the claim stands was replaced by nobody.
    if (fault.code === 'missing' && !wasClaimed) return false
    // A frame that decodes to no lines names no run, nor does what is gone: then none of them is
    // tried again.
    const isNamed = runs.some(run => damaged.has(run.id))
    if (!isNamed) for (const run of runs) damaged.add(run.id)
    return false
  }
}

/** Writes the events of these runs anew, by the policies of now. False: lost to another member. */
export async function mergeRuns(
  place: Workplace,
  job: Job,
  runs: readonly Run[],
  periodsOf: PeriodsOf,
  damaged: Set<string>,
): Promise<boolean> {
  const writer = new RunWriter(place, job, periodsOf)
  const aheadBytes = place.settings.compactAheadBytes / runs.length
  await mergeLines(
    runs.map(run => framesOfRun(place.store, job, run, { aheadBytes, damaged })),
    writer,
  )
  const made = await writer.finish()
  return await replaceRuns(place, job, made)
}

/** Commits what takes the place of the job's inputs. */
async function replaceRuns(place: Workplace, job: Job, made: readonly Run[]) {
  return await finishJob(place, job, catalog => {
    const inputs = new Set(job.inputs)
    const present = catalog.runs.filter(run => inputs.has(run.id))
    if (present.length < inputs.size && holds('commit-needs-inputs')) return undefined
    const others = catalog.runs.filter(run => !inputs.has(run.id))
    return { ...noted(catalog, job, present), runs: [...others, ...labelled(made, catalog)] }
  })
}

/** The catalog with the runs that may have held what is being erased noted for its certificate. */
function noted(catalog: Catalog, job: Job, runs: readonly Run[]): Catalog {
  return runs.reduce((noting, run) => {
    const applied = job.catalog.masks.filter(
      mask => mask.seq > run.maskSeq && run.buckets.some(bucket => mayHide(mask, bucket)),
    )
    return withReplaced(
      noting,
      applied,
      objectsOfRun(run).map(each => each.key),
    )
  }, catalog)
}
