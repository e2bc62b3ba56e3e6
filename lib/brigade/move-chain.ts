import type { Catalog } from '../catalog/catalog.ts'
import type { Chain, ChainEntry, ChainSegment } from '../catalog/chain-entry.ts'
import { encodeEntries, loadEntries } from '../catalog/chain-segment.ts'
import type { Workplace } from '../catalog/commit.ts'
import { chainKey } from '../store/keys.ts'
import { claimJob, finishJob, uploadOutput } from './job.ts'

/**
 * Moves the entries of the chain into a segment once the catalog holds too many, as identities of
 * batches are moved (PROTOCOL X3): claim, upload, commit. Segments before it of no more bytes go
 * into the same object, so that there are few, and an entry is written again a logarithmic number
 * of times. True: a segment was written.
 */
export async function moveChain(place: Workplace): Promise<boolean> {
  const isFull = ({ chain }: Catalog) => chain.entries.length > place.settings.chainEntriesMax
  const job = await claimJob(place, 'chain', catalog => (isFull(catalog) ? [] : undefined))
  if (!job) return false
  const { chain } = job.catalog
  const replaced = segmentsToMerge(chain, place.settings.chainSegmentBytesMax)
  const older: ChainEntry[] = []
  for (const segment of replaced) older.push(...(await loadEntries(place.store, segment)))
  const entries = [...older, ...chain.entries]
  const key = chainKey(job.id, 0)
  const { bytes, rawBytes } = encodeEntries(entries)
  await uploadOutput(place, key, bytes)
  const firstNumber = entries[0]!.number
  const count = entries.length
  const segment = { key, sizeBytes: bytes.length, rawBytes, firstNumber, count }
  return await finishJob(place, job, catalog => withSegment(catalog, replaced, segment))
}

/** The last segments, as long as the next is no larger than all behind it together. */
function segmentsToMerge(chain: Chain, bytesMax: number): ChainSegment[] {
  let sumBytes = encodeEntries(chain.entries).rawBytes
  let first = chain.segments.length
  while (first > 0) {
    const { rawBytes } = chain.segments[first - 1]!
    if (rawBytes > sumBytes || rawBytes + sumBytes > bytesMax) break
    sumBytes += rawBytes
    first--
  }
  return chain.segments.slice(first)
}

function withSegment(
  catalog: Catalog,
  replaced: readonly ChainSegment[],
  segment: ChainSegment,
): Catalog | undefined {
  const { chain } = catalog
  const kept = chain.segments.filter(each => !replaced.some(old => old.key === each.key))
  const next = kept.at(-1)
  // Another member moved some of them meanwhile.
  const expected = next ? next.firstNumber + next.count : 1
  if (kept.length + replaced.length !== chain.segments.length) return undefined
  if (expected !== segment.firstNumber) return undefined
  const entries = chain.entries.filter(each => each.number >= segment.firstNumber + segment.count)
  return { ...catalog, chain: { ...chain, entries, segments: [...kept, segment] } }
}
