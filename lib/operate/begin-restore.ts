import { pause, type Workplace } from '../catalog/commit.ts'
import { loadCatalog, unfinishedVersion } from '../catalog/load.ts'
import { unwrapJson, wrapJson } from '../catalog/wrapped-json.ts'
import { encodeBytes } from '../core/base32.ts'
import { ArchiveError } from '../core/errors.ts'
import { catalogKey } from '../store/keys.ts'
import type { StoredObject } from '../store/store.ts'
import type { Generation } from './generation.ts'

/** A restore under way. */
export interface BegunRestore {
  /** Id of the new archive. */
  readonly archive: string
  /** Of the mark that stands in place of the catalog. */
  readonly etag: string
  /** Whether this restore has finished, here or by another process. */
  isOpen(): Promise<boolean>
}

/** Stands in place of the catalog (docs/format.md, section 14): nothing reads or writes by it. */
interface RestoreMark {
  readonly version: typeof unfinishedVersion
  readonly archive: string
  readonly of: { readonly archive: string; readonly number: number; readonly contents: string }
}

/**
 * Marks the store as one that is being restored, or finds the mark of the same restore. Throws
 * `conflict` when there is anything else: a restore never mixes with what is there.
 */
export async function beginRestore(
  place: Workplace,
  generation: Generation,
): Promise<BegunRestore> {
  const { archive, number, contents } = generation
  const own = { archive, number, contents: contents.key }
  for (let attempt = 0; attempt < place.settings.putAttemptsMax; attempt++) {
    const found = await place.store.get(catalogKey)
    if (found) return resumed(place, found, own)
    await assertEmpty(place)
    const archiveId = encodeBytes(place.random.bytes(10))
    const mark: RestoreMark = { version: unfinishedVersion, archive: archiveId, of: own }
    const result = await place.store.create(catalogKey, wrapJson(mark))
    if (result.outcome === 'stored') return begun(place, archiveId, result.etag)
    await pause(place, attempt)
  }
  throw new ArchiveError('unavailable', `${place.store.url} did not confirm ${catalogKey}`)
}

function resumed(place: Workplace, found: StoredObject, own: RestoreMark['of']): BegunRestore {
  const mark = unwrapJson(found.bytes, catalogKey) as Partial<RestoreMark> | null
  if (mark?.version !== unfinishedVersion || !mark.of || !mark.archive) {
    throw refusal(place, 'it holds an archive')
  }
  if (mark.of.contents === own.contents) return begun(place, mark.archive, found.etag)
  const other = `backup ${mark.of.number} of archive ${mark.of.archive}`
  throw refusal(place, `a restore of ${other} was begun there and is not finished`)
}

function begun(place: Workplace, archive: string, etag: string): BegunRestore {
  const isOpen = async () => {
    const found = await place.store.get(catalogKey)
    if (!found || found.etag === etag) return false
    return (await loadCatalog(place.store)).catalog.archive === archive
  }
  return { archive, etag, isOpen }
}

async function assertEmpty(place: Workplace): Promise<void> {
  const { objects } = await place.store.list('', { limit: 1 })
  const first = objects[0]
  // What another process has begun meanwhile shows in the next attempt.
  if (!first || first.key === catalogKey) return
  throw refusal(place, `it is not empty, ${first.key} is there`)
}

function refusal({ store }: Workplace, what: string): ArchiveError {
  const hint = 'name an empty place; --store or VARVE_STORE says where'
  return new ArchiveError('conflict', `cannot restore into ${store.url}: ${what}; ${hint}`, {
    details: [{ detail: what, hint }],
  })
}
