import { matchesGlob } from './glob.ts'

/**
 * Settings for the streams that match a pattern. They live in the catalog and apply when data is
 * folded or compacted; data that lies already is re-cut lazily.
 */
export interface Policy {
  /** Glob over stream names; the first policy that matches applies. */
  readonly pattern: string
  /**
   * Sealed buckets grow to this size, compressed. Larger means fewer objects and longer rewrites.
   */
  readonly bucketSizeBytes: number
  /** Raw bytes of a frame, the unit of a ranged read. Smaller reads less and compresses worse. */
  readonly frameSizeBytes: number
  /**
   * Narrowest period: no sealed bucket spans two of them once there is enough data to fill them.
   */
  readonly periodMicros: number
  /** Events older than this are pruned. Absent: they are kept for ever. */
  readonly retentionMicros?: number
  /**
   * Sealed buckets heal what is damaged of them by themselves (docs/format.md, section 3). Costs
   * about one frame in 32 of storage. Absent: they do not.
   */
  readonly parity?: true
}

const hourMicros = 3600e6

/**
 * Long scans: large frames, some hundred kilobytes as stored, which a GET fetches for about its own
 * price. Matches every stream.
 */
export const logPolicy: Policy = {
  pattern: '**',
  bucketSizeBytes: 64 * 2 ** 20,
  frameSizeBytes: 2 * 2 ** 20,
  periodMicros: hourMicros,
}

/**
 * Frames of fresh buckets, whatever the policy: a batch's key tells the length of its footer, so
 * this is part of the format.
 */
export const freshFrameSizeBytes = 2 ** 20

/**
 * Short reads of one of many streams: small frames and wide periods, so that what a stream has of a
 * month lies in one frame and the few events of years take a few dozen GETs. Every doubling of what
 * a period holds is a rewrite of half of it: a month is about five rewrites above an hour.
 */
export const timelinePolicy: Policy = {
  ...logPolicy,
  frameSizeBytes: 64 * 2 ** 10,
  periodMicros: 31 * 24 * hourMicros,
}

/** What a policy says of sizes, as one text: data cut by another one is cut anew (PROTOCOL L). */
export function cutOf({ bucketSizeBytes, frameSizeBytes, periodMicros, parity }: Policy): string {
  return `${bucketSizeBytes} ${frameSizeBytes} ${periodMicros}${parity ? ' parity' : ''}`
}

/** The policy of a stream: the first that matches, else `logPolicy`. */
export function policyOf(stream: string, policies: readonly Policy[]): Policy {
  return policies.find(policy => matchesGlob(stream, policy.pattern)) ?? logPolicy
}
