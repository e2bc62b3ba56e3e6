import type { Catalog } from '../catalog/catalog.ts'
import { decodeManifest } from '../catalog/manifest.ts'
import { namedObjects, type ObjectRef, objectsOfRolledRun } from '../catalog/references.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Copier } from './copier.ts'

/** What copying came to of all that one catalog refers to. */
export interface CopiedReferences {
  /** Keys of all of it. */
  readonly keys: ReadonlySet<string>
  /** Those of objects that are not there. */
  readonly gone: readonly string[]
}

/**
 * Copies everything a catalog refers to, manifests and what they list first. What a damaged
 * manifest lists is not known: the manifest is among the damaged objects of the copier.
 */
export async function copyReferenced(catalog: Catalog, copier: Copier): Promise<CopiedReferences> {
  const keys = new Set<string>()
  const gone: string[] = []
  const copy = async (refs: readonly ObjectRef[]) => {
    for (const { key } of refs) keys.add(key)
    for (const key of await copier.copy(refs)) gone.push(key)
  }
  for (const manifest of catalog.rollups.flatMap(rollup => rollup.manifests)) {
    const bytes = await copier.copyAndRead(manifest)
    if (bytes) await copy(listedObjects(bytes, manifest.key))
  }
  await copy(namedObjects(catalog))
  return { keys, gone }
}

/** What a manifest lists; nothing when its bytes cannot be believed. */
function listedObjects(bytes: Buffer, key: string): ObjectRef[] {
  try {
    return decodeManifest(bytes, key).flatMap(objectsOfRolledRun)
  } catch (fault) {
    if (fault instanceof ArchiveError && fault.code === 'corrupt') return []
    throw fault
  }
}
