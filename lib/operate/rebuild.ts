import { type Catalog, emptyCatalog } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { checkPolicies } from '../catalog/set-policies.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Policy } from '../core/policy.ts'
import { catalogFrom } from './lost-catalog.ts'
import { findCatalog, putCatalog } from './put-catalog.ts'
import type { RebuildOptions } from './rebuild-options.ts'
import { type IndexRepair, repairIndexes } from './repair-indexes.ts'
import { surveyBuckets } from './survey.ts'
import { type UnexplainedJob, unexplainedJobs } from './unexplained.ts'

export interface RebuildReport extends IndexRepair {
  /** `kept`: it was there and whole, and only indexes were looked after. */
  readonly catalog: 'kept' | 'made' | 'would be made'
  readonly runs: number
  readonly buckets: number
  readonly events: number
  readonly policies: readonly Policy[]
  /** Buckets that are gone; their events are lost. */
  readonly lostBuckets: readonly string[]
  /** Records of jobs that cannot be read. */
  readonly damagedRecords: readonly string[]
  /** Jobs whose buckets were left out. */
  readonly leftOut: readonly UnexplainedJob[]
}

/**
 * Makes anew what was deleted or damaged (PROTOCOL N): the catalog, from the records of jobs, when
 * it is gone or cannot be read; then each index and summary that is gone, from the buckets. Writers
 * go on meanwhile; readers do as soon as there is a catalog, by buckets where an index is missing.
 * Killed anywhere, it can be run again. Throws `conflict` when another made a catalog meanwhile, or
 * when there are buckets that it cannot account for.
 */
export async function rebuild(
  place: Workplace,
  options: RebuildOptions = {},
): Promise<RebuildReport> {
  if (options.policies) checkPolicies(options.policies, place.settings.policiesMax)
  const found = await findCatalog(place.store)
  if (found.catalog) {
    if (options.policies) throw policiesStand()
    const kept = { catalog: 'kept', lostBuckets: [], damagedRecords: [], leftOut: [] } as const
    const repair = await repairIndexes(place, options)
    return { ...kept, ...figuresOf(found.catalog), ...repair }
  }
  const { objects } = await place.store.list('', { limit: 1 })
  if (objects.length === 0) throw nothingThere(place.store.url)
  const survey = await surveyBuckets(place.store, { progress: options.progress })
  options.signal?.throwIfAborted()
  const leftOut = await unexplainedJobs(place.store, survey)
  if (leftOut.length > 0 && !options.leaveOut) throw unexplained(leftOut)
  const { lostBuckets, damaged: damagedRecords } = survey
  const losses = { lostBuckets, damagedRecords, leftOut }
  if (options.dryRun) {
    const { runs, surroundings } = survey
    const policies = options.policies ?? surroundings?.policies ?? []
    const figures = figuresOf({ ...emptyCatalog, runs, policies })
    const repair = { indexedRuns: 0, dissolvedRollups: 0, unreadable: [] }
    return { catalog: 'would be made', ...losses, ...figures, ...repair }
  }
  const catalog = await catalogFrom(place, survey, options.policies)
  await putCatalog(place, catalog, found.etag)
  const repair = await repairIndexes(place, options)
  return { catalog: 'made', ...losses, ...figuresOf(catalog), ...repair }
}

function figuresOf({ runs, rollups, policies }: Catalog) {
  const buckets = runs.flatMap(run => run.buckets)
  const manifests = rollups.flatMap(rollup => rollup.manifests)
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
  return {
    runs: runs.length + sum(rollups.map(rollup => rollup.runCount)),
    buckets: buckets.length + sum(rollups.map(rollup => rollup.bucketCount)),
    events: sum([...buckets, ...manifests].map(each => each.eventCount)),
    policies,
  }
}

function policiesStand(): ArchiveError {
  const detail = 'the catalog is there and has its own policies: a rebuild does not change them'
  return new ArchiveError('conflict', detail)
}

function unexplained(jobs: readonly UnexplainedJob[]): ArchiveError {
  const bucketCount = jobs.reduce((sum, job) => sum + job.bucketKeys.length, 0)
  const detail = `${bucketCount} buckets belong to jobs that left no readable record`
  return new ArchiveError('conflict', `${detail}: nothing was rebuilt`, {
    details: [
      { detail, hint: 'copy them away (`zstd -dc` prints their events), then pass --leave-out' },
      ...jobs.map(({ bucketKeys: [first, ...others] }) => ({
        detail: `${first}${others.length > 0 ? ` and ${others.length} more` : ''}`,
      })),
    ],
  })
}

function nothingThere(url: string): ArchiveError {
  return new ArchiveError('missing', `nothing is stored at ${url}: there is nothing to rebuild`)
}
