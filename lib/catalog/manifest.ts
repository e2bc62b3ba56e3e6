import { unwrap, wrap } from '../bytes/envelope.ts'
import { ArchiveError } from '../core/errors.ts'
import { defaultSettings } from '../core/settings.ts'
import { ownerOfIndex } from '../store/keys.ts'
import type { Store } from '../store/store.ts'
import type { ManifestRef, Run } from './catalog.ts'

/** A run that was rolled up. */
export type RolledRun = Omit<Run, 'policy' | 'isFull'>

/** The immutable object that lists runs of a roll-up (docs/format.md, section 5). */
export interface Manifest {
  readonly version: 1
  /** Job and number of the object. */
  readonly owner: string
  readonly runs: readonly RolledRun[]
}

export function encodeManifest(key: string, runs: readonly RolledRun[]): Buffer {
  const manifest: Manifest = { version: 1, owner: ownerOfIndex(key), runs }
  return wrap(Buffer.from(JSON.stringify(manifest)))
}

/** Throws `corrupt`, also for another's bytes. */
export function decodeManifest(bytes: Buffer, key: string): Manifest {
  const raw = unwrap(bytes, key, defaultSettings.catalogBytesMax)
  const manifest: Manifest | null = JSON.parse(raw.toString('utf8'))
  if (manifest?.version === 1 && manifest.owner === ownerOfIndex(key)) return manifest
  throw new ArchiveError(
    'corrupt',
    `${key} is version ${manifest?.version} of ${manifest?.owner}, expected 1 of itself`,
  )
}

/** Throws `missing` when the object is gone: the catalog is outdated. */
export async function loadManifest(store: Store, { key }: ManifestRef): Promise<Manifest> {
  const found = await store.get(key)
  if (!found) throw new ArchiveError('missing', `${key} is gone`)
  return decodeManifest(found.bytes, key)
}
