/**
 * What a reader has to know of a term index to find the page of a term by arithmetic and to read it
 * (docs/format.md, section 9). It stands in the catalog, so that no footer has to be fetched.
 */
export interface TermShape {
  readonly frameCount: number
  /** Terms in one event of the index, of which only a fingerprint is kept, and all others. */
  readonly rareCount: number
  readonly recurringCount: number
  /** Bits of a rare term that are kept; of all other terms, all are. */
  readonly fingerprintBits: number
  /** The first bits of a term are the number of its page, the first of these that of its part. */
  readonly pageBits: number
  readonly partBits: number
  /** Every page is so long. */
  readonly pageBytes: number
  /** Fields that have a bit of their own in the mask of a term, at most 31. */
  readonly fields: readonly string[]
}
