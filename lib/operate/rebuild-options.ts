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

/** What was made anew. */
export interface Repaired {
  /** Of the run or roll-up. */
  readonly id: string
  readonly what: string
  /** What took the place of these objects, or lies under their names again. */
  readonly keys: readonly string[]
}

export type TellRepaired = (done: Repaired) => void

/** Sizes of objects under `index/` by key. */
export type IndexSizes = ReadonlyMap<string, number>

export interface RebuildProgress {
  readonly stage: 'records' | 'indexes'
  readonly done: number
  readonly total: number
}
