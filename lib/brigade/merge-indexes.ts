import type { IndexRef } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { ArchiveError } from '../core/errors.ts'
import type { MergedIndex } from '../index/merge-input.ts'
import { mergeTermIndexes } from '../index/merge-terms.ts'
import { indexKey, indexPartKey, ownerOfIndex } from '../store/keys.ts'
import type { Store } from '../store/store.ts'
import { type Job, renewClaim, uploadOutput } from './job.ts'

/** An index to be merged, and how many frames it tells of. */
interface IndexedFrames {
  readonly index: IndexRef
  readonly frameCount: number
}

/**
 * Merges term indexes, whose frames follow each other, into one of all frames: the job's only one.
 * Of one that `isFinal` nothing wider can be made. Throws `corrupt` when an index is damaged,
 * `missing` when one is gone or the claim is.
 */
export async function mergeIndexes(
  place: Workplace,
  job: Job,
  parts: readonly IndexedFrames[],
  isFinal: boolean,
): Promise<IndexRef> {
  const { mergeAheadBytes, indexPartBytes } = place.settings
  const key = indexKey(job.id, 0)
  let frameCount = 0
  const inputs = parts.map(part => {
    const input = inputOf(place.store, part.index, frameCount)
    frameCount += part.frameCount
    return input
  })
  let sizeBytes = 0
  const options = {
    frameCount,
    isFinal,
    ownerOf: (part: number) => ownerOfIndex(indexPartKey(key, part)),
    // Parts are about equal, for hashes are.
    inputBytes: parts.reduce(
      (sum, { index }) => sum + index.sizeBytes * 2 ** index.terms.partBits,
      0,
    ),
    aheadBytesMax: mergeAheadBytes,
    partBytes: indexPartBytes,
  }
  const terms = await mergeTermIndexes(inputs, options, async (part, bytes) => {
    if (part === 0) sizeBytes = bytes.length
    await uploadOutput(place, indexPartKey(key, part), bytes)
    await renewClaim(place, job)
  })
  return { key, sizeBytes, terms }
}

function inputOf(store: Store, { key, terms }: IndexRef, framesBefore: number): MergedIndex {
  const keyOf = (part: number) => indexPartKey(key, part)
  return {
    shape: terms,
    framesBefore,
    ownerOf: part => ownerOfIndex(keyOf(part)),
    read: async (part, start, end) => {
      const found = await store.get(keyOf(part), { range: { start, end } })
      if (!found) throw new ArchiveError('missing', `${keyOf(part)} is gone`)
      return found.bytes
    },
  }
}
