import { loadManifest } from '../catalog/manifest.ts'
import { namedObjects, objectsOfRolledRun } from '../catalog/references.ts'
import { ArchiveError } from '../core/errors.ts'
import { generationKey, generationPrefix } from '../store/backup-keys.ts'
import type { Store } from '../store/store.ts'
import type { Destination } from './destination.ts'
import { type Generation, loadContents } from './generation.ts'
import { mayHoldErased } from './mask-state.ts'
import { markersAt } from './take-markers.ts'

/** Which generations stay; without limits all of them. */
export interface KeepOptions {
  /** So many of the newest. */
  readonly keep?: number
  /** Those of the last days. With `keep`, whatever either keeps. */
  readonly keepDays?: number
}

/** A generation that goes: past what is kept, or because it holds what was erased since. */
export interface DroppedGeneration {
  readonly number: number
  readonly because: 'keep' | 'erasure'
}

const dayMicros = 24 * 3600e6

/**
 * Which of the earlier generations go. The newest is kept always, and so is the newest that lacks
 * nothing; but none that is older than a finished erasure.
 */
export function chooseDropped(
  earlier: readonly Generation[],
  newest: Generation,
  { keep, keepDays }: KeepOptions,
): DroppedGeneration[] {
  const all = [...earlier, newest]
  const newestWhole = all.findLast(each => each.lacking.length === 0)
  const isKept = (each: Generation, position: number) =>
    each === newestWhole ||
    (keep === undefined && keepDays === undefined) ||
    (keep !== undefined && position >= all.length - keep) ||
    (keepDays !== undefined && each.takenMicros >= newest.takenMicros - keepDays * dayMicros)
  return earlier.flatMap((each, position): DroppedGeneration[] => {
    const { number } = each
    if (mayHoldErased(each.masks, newest.masks)) return [{ number, because: 'erasure' }]
    return isKept(each, position) ? [] : [{ number, because: 'keep' }]
  })
}

/**
 * Drops generations and then whatever no other needs. Only what was listed before the new
 * generation's catalog was fetched is judged: what a catalog does not refer to any more, no later
 * one does (PROTOCOL B5). Returns how many objects went; `undefined` when a generation that stays
 * cannot be read, so that nothing may be taken for unneeded.
 */
export async function dropGenerations(
  to: Store,
  given: {
    readonly destination: Destination
    readonly listed: readonly string[]
    readonly newest: Generation
    readonly newestKeys: ReadonlySet<string>
    readonly dropped: readonly DroppedGeneration[]
  },
): Promise<number | undefined> {
  const { destination, listed, newest, newestKeys, dropped } = given
  const numbers = new Set(dropped.map(each => each.number))
  // The generation goes first: one that is there is whole.
  const gone = [...numbers].map(generationKey)
  if (gone.length > 0) await to.delete(gone)
  const kept = destination.generations.readable.filter(each => !numbers.has(each.number))
  const unneeded = listed.filter(key => !newestKeys.has(key) && !key.startsWith(generationPrefix))
  const markers = new Set(
    [...kept, newest].flatMap(each => markersAt(listed, each.takenMicros).map(({ key }) => key)),
  )
  const contents = new Set(kept.map(each => each.contents.key))
  const dead = new Set(unneeded.filter(key => !markers.has(key) && !contents.has(key)))
  if (dead.size === 0) return gone.length
  if (destination.generations.unreadable.length > 0) return undefined
  try {
    for (const generation of kept) {
      for (const key of await keysOf(to, generation)) dead.delete(key)
    }
  } catch (fault) {
    if (fault instanceof ArchiveError && ['corrupt', 'missing'].includes(fault.code))
      return undefined
    throw fault
  }
  if (dead.size > 0) await to.delete([...dead])
  return gone.length + dead.size
}

/** Keys of the copies that a generation needs, but for markers. */
async function keysOf(to: Store, generation: Generation): Promise<string[]> {
  const { catalog, tail } = await loadContents(to, generation)
  const refs = [...namedObjects(catalog), ...tail]
  for (const manifest of catalog.rollups.flatMap(rollup => rollup.manifests)) {
    for (const ref of (await loadManifest(to, manifest)).flatMap(objectsOfRolledRun)) refs.push(ref)
  }
  return refs.map(({ key }) => key)
}
