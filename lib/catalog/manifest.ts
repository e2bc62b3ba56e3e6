import { ArchiveError } from '../core/errors.ts'
import { ownerOfIndex } from '../store/keys.ts'
import type { Store } from '../store/store.ts'
import type { ManifestRef, Rollup, Run } from './catalog.ts'
import { manifestRunsShape } from './catalog-shape.ts'
import { unwrapJson, wrapJson } from './wrapped-json.ts'

/** A run that was rolled up: the index of the roll-up tells of its frames. */
export type RolledRun = Omit<Run, 'policy' | 'domain' | 'cut' | 'isFull' | 'index'>

/** The immutable object that lists runs of a roll-up (docs/format.md, section 5). */
interface Manifest {
  /** Version of the form. A catalog has its own in another member: neither is read as the other. */
  readonly manifest: 1
  /** Job and number of the object. */
  readonly owner: string
  readonly runs: readonly RolledRun[]
}

export function encodeManifest(key: string, runs: readonly RolledRun[]): Buffer {
  const manifest: Manifest = { manifest: 1, owner: ownerOfIndex(key), runs }
  return wrapJson(manifest)
}

/** The runs. Throws `corrupt`, also for another's bytes. */
export function decodeManifest(bytes: Buffer, key: string): readonly RolledRun[] {
  const found = unwrapJson(bytes, key) as Partial<Manifest> | null
  if (found?.manifest !== 1 || found.owner !== ownerOfIndex(key)) {
    throw new ArchiveError(
      'corrupt',
      `${key} is manifest ${found?.manifest} of ${found?.owner}, expected 1 of itself`,
    )
  }
  const fault = manifestRunsShape(found.runs)
  if (fault !== undefined) throw new ArchiveError('corrupt', `${key}: /runs${fault}`)
  return found.runs!
}

/** Each manifest of a roll-up and how many frames of the index lie before those of its runs. */
export function* placedManifests({
  manifests,
}: Rollup): Generator<{ readonly ref: ManifestRef; readonly framesBefore: number }> {
  let framesBefore = 0
  for (const ref of manifests) {
    framesBefore += ref.skippedFrames ?? 0
    yield { ref, framesBefore }
    framesBefore += ref.frameCount
  }
}

/** Throws `missing` when the object is gone: the catalog is outdated. */
export async function loadManifest(
  store: Store,
  { key }: ManifestRef,
): Promise<readonly RolledRun[]> {
  const found = await store.get(key)
  if (!found) throw new ArchiveError('missing', `${key} is gone`)
  return decodeManifest(found.bytes, key)
}
