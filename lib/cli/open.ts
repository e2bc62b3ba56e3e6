import { readdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import type { Archive } from '../archive.ts'
import type { Clock } from '../core/clock.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import type { Store } from '../store/store.ts'

export interface OpenedArchive {
  readonly archive: Archive
  readonly store: Store
}

/** Where an archive is and what its engine runs on. */
export interface Place {
  readonly storeUrl: string
  readonly clock: Clock
  readonly random: Random
}

/**
 * Opens the archive, with the engine loaded only now. Throws `missing` for one that is to be read
 * and is not there: an answer of nothing would hide a mistyped path.
 */
export async function openArchiveAt(
  place: Place,
  purpose: 'read' | 'write',
): Promise<OpenedArchive> {
  if (purpose === 'read') await demandFolder(place.storeUrl)
  const [{ openArchive }, { openStore }] = await Promise.all([
    import('../archive.ts'),
    import('../store/open-store.ts'),
  ])
  const store = await openStore(place.storeUrl, { clock: place.clock, random: place.random })
  const { clock, random } = place
  if (purpose === 'write') await demandCapable(store, random)
  const scanThreads = availableParallelism()
  return { archive: await openArchive({ store, clock, random, scanThreads }), store }
}

/** What is begun in a store, is begun only where it keeps the promises the engine rests on. */
export async function demandCapable(store: Store, random: Random): Promise<void> {
  const { objects } = await store.list('', { limit: 1 })
  if (objects.length > 0) return
  const { probeStore } = await import('../store/probe-store.ts')
  await probeStore(store, random)
}

/** Throws `missing` when the URL names a folder that is not there or is empty. */
export async function demandFolder(storeUrl: string): Promise<void> {
  if (!storeUrl.startsWith('file:')) return
  if (await hasFiles(resolve(storeUrl.slice('file:'.length)))) return
  const hint = '`varve import FILE…` creates one there; --store or VARVE_STORE names another'
  throw new ArchiveError('missing', `no archive at ${storeUrl}`, {
    details: [{ detail: `no archive at ${storeUrl}`, hint }],
  })
}

async function hasFiles(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length > 0
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw new ArchiveError('unavailable', `cannot read ${folder}: ${code}`, { cause: error })
  }
}
