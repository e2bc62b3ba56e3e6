import type { Policy } from '../core/policy.ts'

export interface RebuildOptions {
  /** Policies of a new catalog. Default: those of the latest job that left a record. */
  readonly policies?: readonly Policy[]
  /** Only says what it would do. */
  readonly dryRun?: boolean
  /** Leaves out buckets that no record tells of; else they stop it. */
  readonly leaveOut?: boolean
  readonly signal?: AbortSignal
  readonly progress?: (done: RebuildProgress) => void
}

export interface RebuildProgress {
  readonly stage: 'records' | 'indexes'
  readonly done: number
  readonly total: number
}
