import { decodeFooter } from '../bucket/footer.ts'
import { listTail } from '../catalog/tail.ts'
import { ArchiveError } from '../core/errors.ts'
import { bucketKey, identityTimeMillis, jobOfOutput, ownerOfBucket } from '../store/keys.ts'
import type { Store } from '../store/store.ts'
import type { Survey } from './survey.ts'

/** Buckets of a job without a record, whose events may be nowhere else. */
export interface UnexplainedJob {
  readonly jobId: string
  readonly bucketKeys: readonly string[]
}

/** A footer is rarely longer; one that is takes another GET. */
const footerBytes = 64 * 1024

/**
 * Jobs that left buckets but no record, less those that were surely cut off before their commit:
 * all of their inputs are still there.
 */
export async function unexplainedJobs(store: Store, survey: Survey): Promise<UnexplainedJob[]> {
  if (survey.unrecorded.length === 0) return []
  const { batches } = await listTail(store)
  const present = new Set([
    ...survey.runs.map(run => run.id),
    ...survey.settled,
    ...batches.map(batch => batch.identity),
  ])
  const isThere = (input: string) =>
    present.has(input) || identityTimeMillis(input) < survey.floorMillis
  const keys = Map.groupBy(survey.bucketKeys, jobOfOutput)
  const unexplained: UnexplainedJob[] = []
  for (const jobId of survey.unrecorded) {
    const inputs = await inputsOf(store, jobId)
    if (inputs?.every(isThere)) continue
    unexplained.push({ jobId, bucketKeys: keys.get(jobId) ?? [] })
  }
  return unexplained
}

/** What the first bucket says; `undefined` when it is gone or cannot be read. */
async function inputsOf(store: Store, jobId: string): Promise<readonly string[] | undefined> {
  const key = bucketKey(jobId, 0)
  try {
    for (let suffixBytes = footerBytes; ; ) {
      const found = await store.get(key, { range: { suffixBytes } })
      if (!found) return undefined
      const directory = decodeFooter(found.bytes, found.sizeBytes, ownerOfBucket(key))
      if (typeof directory !== 'number') return directory.lineage?.inputs
      suffixBytes = directory
    }
  } catch (fault) {
    if (fault instanceof ArchiveError && fault.code === 'corrupt') return undefined
    throw fault
  }
}
