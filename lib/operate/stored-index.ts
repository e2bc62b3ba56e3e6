import { isDeepStrictEqual } from 'node:util'
import type { IndexRef } from '../catalog/catalog.ts'
import { ArchiveError } from '../core/errors.ts'
import { FrameDigests } from '../index/frame-digests.ts'
import { descriptionBytes, readDescription } from '../index/index-object.ts'
import { type StoredIndex, walkIndex } from '../index/walk-index.ts'
import { indexPartKey, ownerOfIndex } from '../store/keys.ts'
import type { Finding } from './finding.ts'
import { checkObject, fetchObject, findingOf, type Inspection } from './inspection.ts'

/** Longer than any description: owner, shape and the names of 31 fields. */
const descriptionBytesMax = 64 * 1024

/**
 * Reads every byte of a term index and sums up what it says of the frames [start, end). Holds some
 * pages and 8 bytes a frame. What is wrong with the index is a finding. Throws `missing`.
 */
export async function digestIndex(
  inspection: Inspection,
  ref: IndexRef,
  start: number,
  end: number,
): Promise<FrameDigests | Finding> {
  const first = await tryDigest(inspection, ref, start, end)
  // What was damaged on its way only is whole when it is read anew.
  return 'kind' in first ? await tryDigest(inspection, ref, start, end) : first
}

async function tryDigest(
  inspection: Inspection,
  ref: IndexRef,
  start: number,
  end: number,
): Promise<FrameDigests | Finding> {
  const digests = new FrameDigests(start, end)
  const { key, terms } = ref
  let at = key
  try {
    const sections: number[] = []
    for (let part = 0; part < 2 ** terms.partBits; part++) {
      at = indexPartKey(key, part)
      sections.push(await sectionOf(inspection, ref, part))
    }
    const index: StoredIndex = {
      shape: terms,
      ownerOf: part => ownerOfIndex(indexPartKey(key, part)),
      sectionBytes: part => sections[part]!,
      read: async (part, first, last) => {
        at = indexPartKey(key, part)
        return (await fetchObject(inspection, at, { range: { start: first, end: last } })).bytes
      },
    }
    await walkIndex(index, (term, frame, events) => digests.add(term, frame, events))
    inspection.tally.objects += sections.length
    return digests
  } catch (error) {
    if (error instanceof ArchiveError && error.code === 'missing') throw error
    return findingOf(error, at, 'repair')
  }
}

/** Bytes of pages and lists of a part, whose description must say what the catalog says. */
async function sectionOf(inspection: Inspection, ref: IndexRef, part: number): Promise<number> {
  const key = indexPartKey(ref.key, part)
  const options = { range: { suffixBytes: descriptionBytesMax } }
  return await checkObject(inspection, key, options, ({ bytes, sizeBytes }) => {
    if (part === 0 && sizeBytes !== ref.sizeBytes) {
      throw new ArchiveError('corrupt', `has ${sizeBytes} bytes, expected ${ref.sizeBytes}`)
    }
    const described = readDescription(bytes, ownerOfIndex(key)) as { readonly terms?: unknown }
    if (isDeepStrictEqual(described.terms, ref.terms)) return sizeBytes - descriptionBytes(bytes)
    throw new ArchiveError('corrupt', 'describes itself otherwise than the catalog does')
  })
}
