import type { TermShape } from '../../lib/index/term-shape.ts'

/** The shape of an index that knows nothing, for tests that do not look into it. */
export const noTerms: TermShape = {
  detail: 'frames',
  frameCount: 0,
  rareCount: 0,
  recurringCount: 0,
  rareBits: 9,
  recurringBits: 9,
  pageBits: 0,
  partBits: 0,
  pageBytes: 16,
  fields: [],
}
