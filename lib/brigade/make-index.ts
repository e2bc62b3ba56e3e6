import { isDeepStrictEqual } from 'node:util'
import type { IndexRef } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import { readDescription } from '../index/index-object.ts'
import type { TermShape } from '../index/term-shape.ts'
import { indexKey, indexPartKey, ownerOfIndex } from '../store/keys.ts'
import { listAll, type Store } from '../store/store.ts'
import { type Job, renewClaim, uploadSame } from './job.ts'

/** Takes the parts of an index in order; false: make no more. */
type WritePart = (part: number, bytes: Buffer) => Promise<boolean>

/**
 * The job's only index, of this shape, part by part (PROTOCOL U3): parts that are there already are
 * not made again; `undefined`: the signal was aborted before the last was made. `make` makes them
 * from the given one on. Throws `missing` when the claim is gone, or others have begun it
 * differently.
 */
export async function makeIndex(
  place: Workplace,
  job: Job,
  terms: TermShape,
  signal: AbortSignal | undefined,
  make: (write: WritePart, firstPart: number) => Promise<void>,
): Promise<IndexRef | undefined> {
  const key = indexKey(job.id, 0)
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
  await make(write, made)
  return made < partCount ? undefined : { key, sizeBytes, terms }
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
