import type { Workplace } from '../catalog/commit.ts'
import { ArchiveError } from '../core/errors.ts'
import { placedRuns } from './affected-runs.ts'
import type { RollupPart } from './choose-rollup.ts'
import { cancelJob, claimedInputs, claimJob, finishJob } from './job.ts'
import { rewriteRuns, withRewritten } from './rewrite-part.ts'

/** What became of a repair; `claimed`: another job works on the part. */
export type PartRepair = 'done' | 'gone' | 'claimed' | 'unreadable'

/**
 * Writes these runs of a part anew (PROTOCOL S2), whose events can be read, by parity if need be,
 * though not all of their objects: they get buckets, indexes and a record that are whole.
 */
export async function repairPart(
  place: Workplace,
  partId: string,
  runIds: ReadonlySet<string>,
): Promise<PartRepair> {
  let part: RollupPart | undefined
  let isClaimed = false
  const job = await claimJob(place, 'repair', catalog => {
    part = [...catalog.runs, ...catalog.rollups].find(({ id }) => id === partId)
    isClaimed = claimedInputs(catalog).has(partId)
    return part && !isClaimed ? [...new Set([partId, ...runIds])] : undefined
  })
  if (!part) return 'gone'
  if (!job) return isClaimed ? 'claimed' : 'gone'
  try {
    const runs = await Array.fromAsync(placedRuns(place.store, part))
    const chosen = runs.map(({ run }) => run).filter(({ id }) => runIds.has(id))
    const made = await rewriteRuns(place, job, part, runs, chosen, new Set())
    const finished = part
    const isDone = await finishJob(place, job, now => withRewritten(now, job, finished, made))
    return isDone ? 'done' : 'gone'
  } catch (fault) {
    if (!(fault instanceof ArchiveError) || !['corrupt', 'missing'].includes(fault.code))
      throw fault
    await cancelJob(place, job)
    return 'unreadable'
  }
}
