/**
 * What a verification found. The first kinds are faults: something acknowledged is missing, cannot
 * be believed or is told wrongly. The others cost space at most and are only noted.
 */
export type FindingKind =
  | 'missing' // the archive refers to an object that is not there
  | 'length' // an object is longer or shorter than what refers to it says
  | 'damaged' // bytes are not what was written
  | 'contradiction' // whole bytes that say something else than what refers to them
  | 'index' // an index or a summary tells something else than its events
  | 'quarantined' // a batch that members could not read was put aside
  | 'orphan' // nothing refers to it and no job claims it: garbage collection deletes it
  | 'stale-claim' // the claim of a job that nobody seems to work on
  | 'foreign' // an object of a name that is none of ours

/** What helps: making it anew of what is whole, or the catalog, the next brigade, or nothing. */
export type Remedy = 'repair' | 'rebuild' | 'brigade' | 'none'

export interface Finding {
  readonly kind: FindingKind
  /** Key of the object, or the job id of a claim. */
  readonly object: string
  /** Half-open range of its bytes. */
  readonly startByte?: number
  readonly endByte?: number
  /** What may be missing from answers: streams (empty: unknown), span of time, number of events. */
  readonly streams?: readonly string[]
  readonly startMicros?: number
  readonly endMicros?: number
  readonly eventCount?: number
  readonly reason: string
  readonly remedy: Remedy
}

const notes: readonly FindingKind[] = ['orphan', 'stale-claim', 'foreign']

/** Whether it is more than a note: answers lack something, read too much, or may be wrong. */
export function isFault({ kind }: Finding): boolean {
  return !notes.includes(kind)
}
