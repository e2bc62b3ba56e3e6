import { ArchiveError } from '../core/errors.ts'
import type { GetOptions } from './store.ts'

export type ByteRange = GetOptions['range']

/**
 * The half-open part of an object of this size that is asked for; empty when it begins past the
 * end.
 */
export function rangeWithin(
  range: ByteRange,
  sizeBytes: number,
): { readonly start: number; readonly end: number } {
  if (!range) return { start: 0, end: sizeBytes }
  if ('suffixBytes' in range) {
    return { start: Math.max(0, sizeBytes - range.suffixBytes), end: sizeBytes }
  }
  return { start: Math.min(range.start, sizeBytes), end: Math.min(range.end, sizeBytes) }
}

/** Throws `invalid` for a range that holds no byte: no store can be asked for one. */
export function assertByteRange(range: ByteRange): void {
  if (!range) return
  const text = JSON.stringify(range)
  const [start, end] = 'suffixBytes' in range ? [0, range.suffixBytes] : [range.start, range.end]
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end <= start) {
    throw new ArchiveError('invalid', `range ${text}: expected whole numbers, 0 <= start < end`)
  }
}
