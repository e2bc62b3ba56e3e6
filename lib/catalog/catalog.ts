import type { Policy } from '../core/policy.ts'
import type { TermShape } from '../index/term-shape.ts'
import type { Chain } from './chain-entry.ts'
import type { Horizon } from './horizons.ts'

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
  /** Batches that nobody could read: they stay in the tail, and folds pass over them. */
  readonly quarantined: readonly Quarantined[]
  /** What was committed to the data, entry by entry (docs/evidence.md). */
  readonly chain: Chain
  /** Number of the latest mask there ever was; only rises. */
  readonly maskSeq: number
  /** What is hidden from every answer until no object holds it. */
  readonly masks: readonly Mask[]
  /** Erasures whose masks are gone and whose certificates are still to be written. */
  readonly erasures: readonly Erasure[]
  /** What may not be erased. */
  readonly holds: readonly LegalHold[]
  /** What is pruned: hidden from every answer, for ever (PROTOCOL P). */
  readonly horizons: readonly Horizon[]
  /**
   * When the archive was restored, by the store's clock: what has lain in the tail since then is as
   * old as it was in the backup. Absent: it never was.
   */
  readonly restoredMicros?: number
  /** Jobs whose claims ended without a commit, for as long as one of them may still be at work. */
  readonly cancelled: readonly CancelledJob[]
}

/** Events by what can be said of them; absent: whatever they are. */
export interface EventSelection {
  /** Stream name or glob. */
  readonly stream?: string
  /** Half-open range of `@time` in microseconds. */
  readonly startMicros?: number
  readonly endMicros?: number
  /** Query text (docs/query.md). */
  readonly query?: string
}

/** An erasure in progress (PROTOCOL E), of the first of its two stages. */
export interface Mask extends ErasureBegun {
  /** Runs of an earlier `maskSeq` may hold what it hides. */
  readonly seq: number
  /**
   * Identities of batches that may hold it and were not settled when the tail was listed after the
   * mask was there; null: nobody has listed yet.
   */
  readonly pending: readonly string[] | null
}

interface ErasureBegun {
  readonly erasureId: string
  readonly selection: EventSelection
  readonly createdMicros: number
  /** The catalog that the mask was put on. */
  readonly before: CatalogMark
  readonly replaced: ReplacedObjects
}

/** An erasure in its second stage: every run is free of it, old objects are still deleted. */
export interface Erasure extends ErasureBegun {
  readonly rewrittenMicros: number
  /** Jobs that were claimed then: their outputs may be older than the mask. */
  readonly jobs: readonly string[]
}

/** Objects that held erased events, or what an index says of them, and that others replaced. */
export interface ReplacedObjects {
  readonly count: number
  /** The first of them. */
  readonly keys: readonly string[]
}

/** Names one version of the catalog. */
export interface CatalogMark {
  readonly generation: number
  readonly commitId: string
  /** SHA-256 of its JSON, as `zstd -dc catalog` prints it. */
  readonly sha256: string
}

/** Events that no erasure may take until the hold is released. */
export interface LegalHold {
  readonly id: string
  readonly selection: EventSelection
  readonly reason: string
  readonly createdMicros: number
}

/** Sealed buckets of one period that one job made: their lines are sorted across all of them. */
export interface Run {
  /** `<job id>/<number>`. */
  readonly id: string
  /** Pattern of the policy that shaped it. */
  readonly policy: string
  /** Mark of that policy's domain then: all its streams belong to it. */
  readonly domain: string
  /** What that policy said of sizes (`cutOf`). */
  readonly cut: string
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
  /** Masks up to this number hide none of its events: they were applied when it was made. */
  readonly maskSeq: number
  /** Shares no event with other runs of this job, though another made it. Absent: of its own. */
  readonly group?: string
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
  readonly domain: string
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
  /**
   * Term index of all of its runs, which have none of their own any more; and until it is made
   * anew, of runs that have left it.
   */
  readonly index: IndexRef
  /** Masks up to this number hide none of its events, whatever its manifests say of the runs. */
  readonly maskSeq: number
}

/** A list of runs outside the catalog (`manifest.ts`), and what decides whether to read it. */
export interface ManifestRef {
  readonly key: string
  /** Frames of the index before those of its runs that no run has any more (PROTOCOL E3). */
  readonly skippedFrames?: number
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
  readonly kind:
    | 'fold'
    | 'compact'
    | 'recut'
    | 'roll-up'
    | 'rewrite'
    | 'repair'
    | 'sweep'
    | 'chain'
    | 'index'
  /** Identities of batches (fold), ids of runs and roll-ups, or none (sweep, chain). */
  readonly inputs: readonly string[]
  readonly claimedMicros: number
  /** What a roll-up will be, for whoever goes on with it. */
  readonly rollup?: RollupTarget
}

/** Half-open period of a roll-up, and whether anything wider will be made of it. */
export interface RollupTarget {
  readonly startMicros: number
  readonly endMicros: number
  readonly isFinal: boolean
}

/** A batch that was put aside (PROTOCOL Q). Its key says the same of it, but for the last three. */
export interface Quarantined {
  readonly key: string
  readonly identity: string
  readonly sizeBytes: number
  readonly eventCount: number
  /** Times of the earliest and latest event, both included. */
  readonly firstMicros: number
  readonly lastMicros: number
  readonly sinceMicros: number
  /** Some of its frames are whole: reads have their events. Else they do not open it. */
  readonly isReadable: boolean
  readonly reason: string
}

/** A job that never committed and never will. */
export interface CancelledJob {
  readonly jobId: string
  readonly cancelledMicros: number
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
  quarantined: [],
  chain: { length: 0, head: '', entries: [], segments: [] },
  maskSeq: 0,
  masks: [],
  erasures: [],
  holds: [],
  horizons: [],
  cancelled: [],
}
