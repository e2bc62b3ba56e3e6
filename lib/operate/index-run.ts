import { claimJob, finishJob, type Job, uploadOutput } from '../brigade/job.ts'
import { readBucket } from '../brigade/run-frames.ts'
import { RunIndexer, type RunIndexes } from '../brigade/run-indexer.ts'
import type { Run } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import type { Store } from '../store/store.ts'

/** Bytes fetched ahead while frames are read. */
const aheadBytes = 8 * 2 ** 20

/**
 * Term index and summary of a run from its buckets, under the names of this job and number. Throws
 * `corrupt` when a bucket cannot be read whole, `missing` when one is gone.
 */
export async function indexRun(
  store: Store,
  run: Pick<Run, 'id' | 'buckets' | 'startMicros' | 'endMicros'>,
  jobId: string,
  number: number,
): Promise<RunIndexes> {
  const indexer = new RunIndexer(run)
  for (const bucket of run.buckets) {
    for await (const frame of readBucket(store, bucket, aheadBytes)) indexer.addFrame(frame)
  }
  return indexer.finish(jobId, number)
}

/** The run with the indexes, once they are stored. */
export async function uploadIndexes(
  place: Workplace,
  run: Run,
  { index, summary }: RunIndexes,
): Promise<Run> {
  await uploadOutput(place, index.ref.key, index.bytes)
  await uploadOutput(place, summary.ref.key, summary.bytes)
  return { ...run, index: index.ref, summary: summary.ref }
}

/**
 * Gives a run of the catalog new indexes under new names, by a job of its own. False: the run is
 * not there any more, or another job works on it.
 */
export async function replaceIndexes(place: Workplace, run: Run): Promise<boolean> {
  const job = await claimJob(place, 'index', catalog => {
    const isClaimed = catalog.claims.some(claim => claim.inputs.includes(run.id))
    const isThere = catalog.runs.some(({ id }) => id === run.id)
    return isThere && !isClaimed ? [run.id] : undefined
  })
  if (!job) return false
  const made = await uploadIndexes(place, run, await indexRun(place.store, run, job.id, 0))
  return await commitIndexes(place, job, made)
}

async function commitIndexes(place: Workplace, job: Job, made: Run): Promise<boolean> {
  return await finishJob(place, job, catalog => {
    if (!catalog.runs.some(({ id }) => id === made.id)) return undefined
    const { index, summary } = made
    // It may have got another label meanwhile.
    const runs = catalog.runs.map(run => (run.id === made.id ? { ...run, index, summary } : run))
    return { ...catalog, runs }
  })
}
