import type { IndexRef } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { ArchiveError } from '../core/errors.ts'
import type { MergedIndex } from '../index/merge-input.ts'
import { type MergeOptions, mergeTermIndexes, planMergedShape } from '../index/merge-terms.ts'
import { indexKey, indexPartKey, ownerOfIndex } from '../store/keys.ts'
import type { Store } from '../store/store.ts'
import type { Job } from './job.ts'
import { makeIndex } from './make-index.ts'

/** An index to be merged, and how many frames it tells of. */
export interface IndexedFrames {
  readonly index: IndexRef
  readonly frameCount: number
}

/**
 * Merges term indexes, whose frames follow each other, into one of all frames: the job's only one.
 * Of one that `isFinal` nothing wider can be made. Parts that are there already are not made again;
 * `undefined`: the signal was aborted before the last was made. Throws `corrupt` when an index is
 * damaged, `missing` when one is gone or the claim is, or when others have begun it differently.
 */
export async function mergeIndexes(
  place: Workplace,
  job: Job,
  parts: readonly IndexedFrames[],
  isFinal: boolean,
  signal?: AbortSignal,
): Promise<IndexRef | undefined> {
  const { inputs, options } = mergeOf(place, indexKey(job.id, 0), parts, isFinal)
  const terms = await planMergedShape(inputs, options)
  return await makeIndex(place, job, terms, signal, (write, made) =>
    mergeTermIndexes(inputs, terms, options, write, made),
  )
}

function mergeOf(
  place: Workplace,
  key: string,
  parts: readonly IndexedFrames[],
  isFinal: boolean,
): { readonly inputs: readonly MergedIndex[]; readonly options: MergeOptions } {
  const { mergeAheadBytes, indexPartBytes } = place.settings
  let frameCount = 0
  const inputs = parts.map(part => {
    const input = inputOf(place.store, part.index, frameCount)
    frameCount += part.frameCount
    return input
  })
  // Parts are about equal, for hashes are.
  const inputBytes = parts.reduce(
    (sum, { index }) => sum + index.sizeBytes * 2 ** index.terms.partBits,
    0,
  )
  const ownerOf = (part: number) => ownerOfIndex(indexPartKey(key, part))
  const sizes = { inputBytes, aheadBytesMax: mergeAheadBytes, partBytes: indexPartBytes }
  return { inputs, options: { frameCount, isFinal, ownerOf, ...sizes } }
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
