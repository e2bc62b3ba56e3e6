import { isDeepStrictEqual } from 'node:util'
import type { IndexRef } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import { readDescription } from '../index/index-object.ts'
import type { MergedIndex } from '../index/merge-input.ts'
import { type MergeOptions, mergeTermIndexes, planMergedShape } from '../index/merge-terms.ts'
import type { TermShape } from '../index/term-shape.ts'
import { indexKey, indexPartKey, ownerOfIndex } from '../store/keys.ts'
import { listAll, type Store } from '../store/store.ts'
import { type Job, renewClaim, uploadSame } from './job.ts'

/** An index to be merged, and how many frames it tells of. */
interface IndexedFrames {
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
  const key = indexKey(job.id, 0)
  const { inputs, options } = mergeOf(place, key, parts, isFinal)
  const terms = await planMergedShape(inputs, options)
  const partCount = 2 ** terms.partBits
  let made = job.isResumed ? await partsMade(place.store, key, partCount) : 0
  let sizeBytes = made > 0 ? await firstPartBytes(place.store, key, terms) : 0
  const write = async (part: number, bytes: Buffer): Promise<boolean> => {
    if (part === 0) sizeBytes = bytes.length
    await uploadSame(place, indexPartKey(key, part), bytes)
    await renewClaim(place, job)
    made = part + 1
    return !signal?.aborted
  }
  await mergeTermIndexes(inputs, terms, options, write, made)
  return made < partCount ? undefined : { key, sizeBytes, terms }
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

/** How many of the first parts are there. */
async function partsMade(store: Store, key: string, partCount: number): Promise<number> {
  const there = new Set<string>()
  for await (const object of listAll(store, key.slice(0, key.lastIndexOf('/') + 1))) {
    there.add(object.key)
  }
  let made = 0
  while (made < partCount && there.has(indexPartKey(key, made))) made++
  return made
}

/**
 * Of the part that others have begun with. Throws `missing` when it is of another shape, as another
 * version or other settings make it: parts of two shapes are no index.
 */
async function firstPartBytes(store: Store, key: string, terms: TermShape): Promise<number> {
  const found = await store.get(key)
  if (!found) throw new ArchiveError('missing', `${key} is gone`)
  const begun = describedTerms(found.bytes, key)
  if (!isDeepStrictEqual(begun, terms) && holds('rollup-goes-on-alike')) {
    throw new ArchiveError('missing', `${key} was begun in another shape`)
  }
  return found.bytes.length
}

/** `undefined`: it was damaged, maybe on its way. */
function describedTerms(object: Buffer, key: string): TermShape | undefined {
  try {
    return (readDescription(object, ownerOfIndex(key)) as { terms?: TermShape }).terms
  } catch (fault) {
    if (fault instanceof ArchiveError && fault.code === 'corrupt') return undefined
    throw fault
  }
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
