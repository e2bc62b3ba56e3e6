/**
 * The chain of evidence: each entry holds the hash of the one before (docs/format.md, section 13).
 */
export interface Chain {
  /** Entries so far. */
  readonly length: number
  /** Hash of the newest; empty before the first. */
  readonly head: string
  /** The newest, in order; those before them stand in the segments. */
  readonly entries: readonly ChainEntry[]
  readonly segments: readonly ChainSegment[]
}

/** What one commit changed about the data. */
export interface ChainEntry {
  /** From 1 on, without gaps. */
  readonly number: number
  /** Hash of the entry before; of the first, the archive's id. */
  readonly previous: string
  /** Of the catalog that this commit made. */
  readonly generation: number
  /** By the clock of whoever committed. */
  readonly micros: number
  /** Kind of the job; where none was, the members that were set. */
  readonly kind: string
  readonly job?: string
  /** Ids of runs and roll-ups that left the catalog. */
  readonly removed: readonly string[]
  readonly added: readonly ChainPart[]
  /** Ids of erasures that were going on: events they hide may be gone. Absent: none was. */
  readonly erasures?: readonly string[]
  /** Members of the catalog that decide what a reader sees: SHA-256 of their JSON. */
  readonly set: Readonly<Record<string, string>>
}

/** A run or a roll-up as the chain knows it. */
export interface ChainPart {
  readonly id: string
  /** Of its entry in the catalog, with the digests of what that refers to (`part-digest.ts`). */
  readonly digest: string
  readonly events: number
  /** How many of them have an `@id`. */
  readonly ids: number
  /** How many runs a roll-up has. */
  readonly runs?: number
}

/** Entries that left the catalog, in order. */
export interface ChainSegment {
  readonly key: string
  readonly sizeBytes: number
  /** Before compression. */
  readonly rawBytes: number
  readonly firstNumber: number
  readonly count: number
}
