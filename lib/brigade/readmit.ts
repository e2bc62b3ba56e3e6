import { openBucket, readFrame } from '../bucket/reader.ts'
import type { Catalog, Quarantined } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { loadCatalog } from '../catalog/load.ts'
import { ArchiveError } from '../core/errors.ts'
import { fraction } from '../core/random.ts'
import { ownerOfBucket } from '../store/keys.ts'
import { type Folded, fold } from './fold.ts'

export interface Readmitted extends Folded {
  /** Identities of the batches that are still put aside. */
  readonly aside: ReadonlySet<string>
}

/**
 * Looks again at batches that were put aside, at most so many of them, and folds those whose
 * objects are whole by now (PROTOCOL Q3): they were damaged on their way only, or somebody put them
 * back. `aside` are those that remain.
 */
export async function readmit(
  place: Workplace,
  looksMax: number = place.settings.quarantineLooksMax,
): Promise<Readmitted> {
  const { catalog } = await loadCatalog(place.store)
  const aside = new Set(catalog.quarantined.map(batch => batch.identity))
  let [batches, events] = [0, 0]
  for (const batch of some(place, catalog, looksMax)) {
    if (!(await isWhole(place, batch))) continue
    const done = await fold(place, new Set(), { again: new Set([batch.identity]) })
    if (!done || done.batches === 0) continue
    batches += done.batches
    events += done.events
    aside.delete(batch.identity)
  }
  return { batches, events, aside }
}

/** By chance, so that none is looked at for ever and others never. */
function some(place: Workplace, { quarantined }: Catalog, count: number): readonly Quarantined[] {
  const start = Math.floor(fraction(place.random) * quarantined.length)
  const turned = [...quarantined.slice(start), ...quarantined.slice(0, start)]
  return turned.slice(0, count)
}

async function isWhole({ store }: Workplace, { key }: Quarantined): Promise<boolean> {
  const found = await store.get(key)
  if (!found) return false
  try {
    for (const frame of openBucket(found.bytes, ownerOfBucket(key)).frames) {
      const { startByte, sizeBytes } = frame
      readFrame(found.bytes.subarray(startByte, startByte + sizeBytes), frame)
    }
    return true
  } catch (fault) {
    if (fault instanceof ArchiveError && fault.code === 'corrupt') return false
    throw fault
  }
}
