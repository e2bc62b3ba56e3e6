import { type Lineage, lineageOf } from '../catalog/lineage.ts'
import { type JobRecord, loadRecord } from '../catalog/record.ts'
import { ArchiveError } from '../core/errors.ts'
import { bucketPrefix, isRecordKey, jobOfOutput } from '../store/keys.ts'
import { listAll, type Store } from '../store/store.ts'
import type { RebuildOptions } from './rebuild-options.ts'

/** What lies under `buckets/`, and what its records make of it. */
export interface Survey extends Lineage {
  readonly bucketKeys: ReadonlySet<string>
  readonly records: readonly JobRecord[]
  /** Records that cannot be read. */
  readonly damaged: readonly string[]
}

const fetchConcurrency = 16
const listingsMax = 10

interface SurveyOptions {
  /** Jobs that are known not to have committed. */
  readonly undone?: readonly string[]
  readonly progress?: RebuildOptions['progress']
}

/**
 * Reads the records of all jobs, and believes them when nothing was deleted meanwhile: a collector
 * that began before the catalog was lost takes away what others replaced, and then their records.
 */
export async function surveyBuckets(
  store: Store,
  { undone = [], progress }: SurveyOptions = {},
): Promise<Survey> {
  let keys = await listBuckets(store)
  for (let listing = 1; listing < listingsMax; listing++) {
    const { records, damaged } = await readRecords(store, keys, progress)
    const later = await listBuckets(store)
    if ([...keys].every(key => later.has(key))) {
      const believed = records.filter(({ jobId }) => !undone.includes(jobId))
      const bucketKeys = new Set([...keys].filter(key => !isRecordKey(key)))
      return { ...lineageOf(believed, bucketKeys), bucketKeys, records, damaged }
    }
    keys = later
  }
  throw new ArchiveError('unavailable', `${store.url}: buckets vanish while they are listed`, {
    details: [{ detail: 'buckets vanish', hint: 'stop all members of the brigade first' }],
  })
}

async function listBuckets(store: Store): Promise<Set<string>> {
  const keys = new Set<string>()
  for await (const { key } of listAll(store, bucketPrefix)) keys.add(key)
  return keys
}

async function readRecords(
  store: Store,
  keys: ReadonlySet<string>,
  progress: RebuildOptions['progress'],
): Promise<{ readonly records: JobRecord[]; readonly damaged: string[] }> {
  const records: JobRecord[] = []
  const damaged: string[] = []
  const recordKeys = [...keys].filter(isRecordKey)
  for (let at = 0; at < recordKeys.length; at += fetchConcurrency) {
    await Promise.all(
      recordKeys.slice(at, at + fetchConcurrency).map(async key => {
        try {
          const record = await loadRecord(store, jobOfOutput(key))
          if (record) records.push(record)
        } catch (fault) {
          if (!(fault instanceof ArchiveError) || fault.code !== 'corrupt') throw fault
          damaged.push(key)
        }
      }),
    )
    progress?.({ stage: 'records', done: records.length, total: recordKeys.length })
  }
  return { records, damaged }
}
