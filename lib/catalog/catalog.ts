import type { Policy } from '../core/policy.ts'
import type { TermShape } from '../index/term-shape.ts'
import type { Chain } from './chain-entry.ts'

/**
 * What makes up the archive now (PROTOCOL O3; docs/format.md, section 5). A value: every change
 * makes a new one and becomes true by the compare-and-swap of `commit.ts`.
 */
export interface Catalog {
  readonly version: 3
  /** Chosen when the archive is created. */
  readonly archive: string
  /** Number of this version; 0 before the first commit. */
  readonly generation: number
  /** Random, fresh for every commit: no two catalogs have the same bytes, hence the same etag. */
  readonly commitId: string
  readonly policies: readonly Policy[]
  readonly runs: readonly Run[]
  /** Runs of periods that are over, as one each. No run is in two of them. */
  readonly rollups: readonly Rollup[]
  /** Identities of absorbed batches whose tail object may still exist. */
  readonly recent: readonly string[]
  /** Sorted lists of older absorbed identities. */
  readonly absorbed: readonly Segment[]
  /** Every identity of an earlier idTime (milliseconds) is absorbed or was never acknowledged. */
  readonly floorMillis: number
  readonly claims: readonly Claim[]
  /** What was committed to the data, entry by entry (docs/evidence.md). */
  readonly chain: Chain
}

/** Sealed buckets of one period that one job made: their lines are sorted across all of them. */
export interface Run {
  /** `<job id>/<number>`. */
  readonly id: string
  /** Pattern of the policy that shaped it. */
  readonly policy: string
  /** Half-open period, in microseconds. Its events lie inside. */
  readonly startMicros: number
  readonly endMicros: number
  /** It grows no more: its index has come to its limit. */
  readonly isFull: boolean
  readonly buckets: readonly BucketRef[]
  /** SHA-256 of the SHA-256 of each bucket's bytes, in order. */
  readonly digest: string
  /** Its term index: which terms occur in which of its frames, counted through all its buckets. */
  readonly index: IndexRef
  /** What is known of the fields of its frames. */
  readonly summary: SummaryRef
}

export interface SummaryRef {
  readonly key: string
  readonly sizeBytes: number
  readonly headBytes: number
}

export interface IndexRef {
  /** Of its first part; those of the others have the numbers behind it. */
  readonly key: string
  /** Of the first part. */
  readonly sizeBytes: number
  readonly terms: TermShape
}

export interface BucketRef {
  readonly key: string
  readonly sizeBytes: number
  readonly footerBytes: number
  readonly rawBytes: number
  readonly frameCount: number
  /** Compressed size of its largest frame: what reading one more of them costs at most. */
  readonly frameBytesMax: number
  readonly eventCount: number
  readonly idCount: number
  /** Times of the earliest and latest event, both included. */
  readonly firstMicros: number
  readonly lastMicros: number
  /** First and last stream by name. */
  readonly firstStream: string
  readonly lastStream: string
  /** With the events, it tells how many a stream has on average. */
  readonly streamCount: number
}

/** Runs of one policy in a period that is over. Their buckets stand in manifests. */
export interface Rollup {
  /** `<job id>/0`. */
  readonly id: string
  readonly policy: string
  /** Half-open calendar hour, day or month, in microseconds, that holds the periods of its runs. */
  readonly startMicros: number
  readonly endMicros: number
  readonly runCount: number
  readonly bucketCount: number
  /** Of its buckets: stored, and before compression. */
  readonly sizeBytes: number
  readonly rawBytes: number
  /** Frames are counted through all of them, in this order. */
  readonly manifests: readonly ManifestRef[]
  /** SHA-256 of the SHA-256 of each manifest's bytes, in order: they are many, it is one. */
  readonly digest: string
  /** Term index of all of its runs, which have none of their own any more. */
  readonly index: IndexRef
}

/** A list of runs outside the catalog (`manifest.ts`), and what decides whether to read it. */
export interface ManifestRef {
  readonly key: string
  readonly sizeBytes: number
  readonly frameCount: number
  readonly eventCount: number
  readonly idCount: number
  /** No event lies in two of its runs: its counts are those of the answer. */
  readonly isDistinct: boolean
  readonly firstMicros: number
  readonly lastMicros: number
  readonly firstStream: string
  readonly lastStream: string
}

export interface Segment {
  readonly key: string
  readonly sizeBytes: number
  readonly count: number
  readonly firstIdentity: string
  readonly lastIdentity: string
}

/** A job's claim: keeps its outputs from garbage collection and its inputs from other jobs. */
export interface Claim {
  readonly jobId: string
  readonly kind: 'fold' | 'compact' | 'roll-up' | 'sweep' | 'chain'
  /** Identities of batches (fold), ids of runs and roll-ups (compact, roll-up), none (others). */
  readonly inputs: readonly string[]
  readonly claimedMicros: number
}

export const emptyCatalog: Catalog = {
  version: 3,
  archive: '',
  generation: 0,
  commitId: '',
  policies: [],
  runs: [],
  rollups: [],
  recent: [],
  absorbed: [],
  floorMillis: 0,
  claims: [],
  chain: { length: 0, head: '', entries: [], segments: [] },
}
