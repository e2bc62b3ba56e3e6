import { ArchiveError } from '../core/errors.ts'
import { listOf, text } from '../core/shape.ts'
import { recordKey } from '../store/keys.ts'
import type { Store } from '../store/store.ts'
import type { Catalog, Run } from './catalog.ts'
import { catalogShape } from './catalog-shape.ts'
import { unwrapJson, wrapJson } from './wrapped-json.ts'

/** What a catalog says of the archive besides what is in it. */
export type Surroundings = Omit<Catalog, 'runs' | 'rollups' | 'absorbed' | 'claims'>

/**
 * What a job did, and when: so that a rebuild without catalog knows which runs make up the archive
 * (PROTOCOL N; docs/format.md, section 16).
 */
export interface JobRecord {
  readonly jobId: string
  /** Identities of batches and ids of runs that its own runs replace. */
  readonly inputs: readonly string[]
  readonly runs: readonly Run[]
  /** Of the catalog in which it was claimed. `recent` is empty where `inputs` tell enough. */
  readonly catalog: Surroundings
}

interface StoredRecord extends Omit<JobRecord, 'jobId'> {
  readonly record: 1
  readonly owner: string
}

const inputsShape = listOf(text)

export function makeRecord(
  job: { readonly id: string; readonly inputs: readonly string[]; readonly catalog: Catalog },
  runs: readonly Run[],
): JobRecord {
  const { runs: _runs, rollups, absorbed, claims, ...surroundings } = job.catalog
  // Who replaces runs takes over what their records knew of batches; a fold knows its own.
  const recent = job.inputs.some(isRunId) ? surroundings.recent : []
  const chain = { ...surroundings.chain, entries: [], segments: [] }
  // What is to be erased is told nowhere that outlives the erasure.
  const catalog = { ...surroundings, recent, chain, masks: [], erasures: [] }
  return { jobId: job.id, inputs: job.inputs, runs, catalog }
}

export function encodeRecord({ jobId, inputs, runs, catalog }: JobRecord): Buffer {
  const stored: StoredRecord = { record: 1, owner: jobId, inputs, runs, catalog }
  return wrapJson(stored)
}

/** Throws `corrupt`, also for another job's bytes. */
export function decodeRecord(bytes: Buffer, jobId: string): JobRecord {
  const key = recordKey(jobId)
  const found = unwrapJson(bytes, key) as Partial<StoredRecord> | null
  const { record, owner, inputs, runs, catalog } = found ?? {}
  if (record === 1 && owner === jobId) {
    // What it says is what a catalog says, in two places.
    const fault =
      inputsShape(inputs) ??
      catalogShape({ ...catalog, runs, rollups: [], absorbed: [], claims: [] })
    if (fault === undefined) return { jobId, inputs: inputs!, runs: runs!, catalog: catalog! }
    throw new ArchiveError('corrupt', `${key}: ${fault}`)
  }
  throw new ArchiveError('corrupt', `${key} is record ${record} of ${owner}, expected 1 of itself`)
}

/** `undefined`: there is none. Throws `corrupt`. */
export async function loadRecord(store: Store, jobId: string): Promise<JobRecord | undefined> {
  const found = await store.get(recordKey(jobId))
  return found && decodeRecord(found.bytes, jobId)
}

export function isRunId(input: string): boolean {
  return input.includes('/')
}
