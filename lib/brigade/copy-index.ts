import type { IndexRef, Rollup } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { placedManifests } from '../catalog/manifest.ts'
import { ArchiveError } from '../core/errors.ts'
import { copyTermIndex } from '../index/copy-terms.ts'
import { indexKey, indexPartKey, ownerOfIndex } from '../store/keys.ts'
import type { Store } from '../store/store.ts'
import { framesOfPart } from './choose-rollup.ts'
import type { Job } from './job.ts'
import { makeIndex } from './make-index.ts'

/**
 * Copies the index of a roll-up without the frames of runs that have left it. `undefined`: the
 * signal was aborted before all parts were made. Throws what `makeIndex` throws, and `corrupt` when
 * the index is damaged.
 */
export async function copyIndex(
  place: Workplace,
  job: Job,
  rollup: Rollup,
  signal?: AbortSignal,
): Promise<IndexRef | undefined> {
  const { key, terms } = rollup.index
  const frameCount = framesOfPart(rollup)
  const numbers = numbersOfFrames(rollup)
  const copyKey = indexKey(job.id, 0)
  const index = {
    shape: terms,
    ownerOf: (part: number) => ownerOfIndex(indexPartKey(key, part)),
    copyOwnerOf: (part: number) => ownerOfIndex(indexPartKey(copyKey, part)),
    read: (part: number) => fetchWhole(place.store, indexPartKey(key, part)),
    frameOf: (frame: number) => numbers[frame] ?? -1,
    frameCount,
  }
  return await makeIndex(place, job, { ...terms, frameCount }, signal, (write, made) =>
    copyTermIndex(index, write, made),
  )
}

/** By number of a frame in the index, its number when the gaps are closed; -1: it is in a gap. */
function numbersOfFrames(rollup: Rollup): Int32Array {
  const numbers = new Int32Array(rollup.index.terms.frameCount).fill(-1)
  let next = 0
  for (const { ref, framesBefore } of placedManifests(rollup)) {
    for (let i = 0; i < ref.frameCount; i++) numbers[framesBefore + i] = next++
  }
  return numbers
}

async function fetchWhole(store: Store, key: string): Promise<Buffer> {
  const found = await store.get(key)
  if (!found) throw new ArchiveError('missing', `${key} is gone`)
  return found.bytes
}
