import { holds } from '../core/rules.ts'
import { identityTimeMillis, jobOfOutput } from '../store/keys.ts'
import type { Run } from './catalog.ts'
import { isRunId, type JobRecord, type Surroundings } from './record.ts'

/** What the records of jobs say an archive is, whose catalog is lost. */
export interface Lineage {
  readonly runs: readonly Run[]
  /** Of the latest job: policies, and whatever else stood in the catalog then. */
  readonly surroundings: Surroundings | undefined
  /** Batches whose events are in the runs; all ids below the floor are settled without them. */
  readonly settled: readonly string[]
  readonly floorMillis: number
  /** Buckets of runs that are not there any more, though others of their run are. */
  readonly lostBuckets: readonly string[]
  /** Jobs without a record that have buckets: they were cut off, or their record was lost. */
  readonly unrecorded: readonly string[]
}

/**
 * Which runs make up the archive (PROTOCOL N): those of all jobs but the cancelled, less those that
 * one of these jobs replaced. `bucketKeys` are the objects under `buckets/` but records. Pure.
 */
export function lineageOf(records: readonly JobRecord[], bucketKeys: ReadonlySet<string>): Lineage {
  const cancelled = new Set(
    records.flatMap(({ catalog }) => catalog.cancelled.map(({ jobId }) => jobId)),
  )
  const isCancelled = (jobId: string) => cancelled.has(jobId) && holds('record-names-cancelled')
  const standing = records.filter(record => !isCancelled(record.jobId))
  const replaced = new Set(standing.flatMap(record => record.inputs))
  const runs = standing
    .flatMap(record => record.runs)
    .filter(run => !replaced.has(run.id) && run.buckets.some(({ key }) => bucketKeys.has(key)))
  const floorMillis = records.reduce((most, { catalog }) => Math.max(most, catalog.floorMillis), 0)
  const recorded = new Set(records.map(record => record.jobId))
  const unrecorded = new Set([...bucketKeys].map(jobOfOutput).filter(id => !recorded.has(id)))
  return {
    runs,
    surroundings: latestOf(records),
    settled: settledBy(records, standing, floorMillis),
    floorMillis,
    lostBuckets: runs.flatMap(run => run.buckets.map(({ key }) => key)).filter(isAbsent),
    unrecorded: [...unrecorded],
  }

  function isAbsent(key: string): boolean {
    return !bucketKeys.has(key)
  }
}

/** The floor only rises and what is settled stays so: a cancelled job saw it, too. */
function settledBy(
  records: readonly JobRecord[],
  standing: readonly JobRecord[],
  floorMillis: number,
): string[] {
  const folded = standing.flatMap(({ inputs }) => inputs.filter(input => !isRunId(input)))
  const seen = records.flatMap(({ catalog }) => catalog.recent)
  const isAbove = (identity: string) => identityTimeMillis(identity) >= floorMillis
  return [...new Set([...folded, ...seen])].filter(isAbove).sort()
}

function latestOf(records: readonly JobRecord[]): Surroundings | undefined {
  let latest: Surroundings | undefined
  for (const { catalog } of records) {
    if (!latest || catalog.generation > latest.generation) latest = catalog
  }
  return latest
}
