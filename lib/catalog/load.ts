import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import { bucketPrefix, catalogKey } from '../store/keys.ts'
import type { Store } from '../store/store.ts'
import { type Catalog, emptyCatalog } from './catalog.ts'
import { catalogShape } from './catalog-shape.ts'
import { unwrapJson, wrapJson } from './wrapped-json.ts'

export interface LoadedCatalog {
  readonly catalog: Catalog
  /** Absent: the archive has no catalog yet. */
  readonly etag: string | undefined
  readonly sizeBytes: number
}

/** In place of the version while a restore is under way (docs/format.md, section 14). */
export const unfinishedVersion = 'unfinished restore'

const nothingYet: LoadedCatalog = { catalog: emptyCatalog, etag: undefined, sizeBytes: 0 }

/** Where catalogs are loaded from. */
type CatalogStore = Pick<Store, 'url' | 'get' | 'list'>

/**
 * The catalog, or an empty one of an archive that has none yet. Throws `unavailable` when it is
 * lost: there are buckets, and a rebuild makes it anew.
 */
export async function loadCatalog(store: CatalogStore): Promise<LoadedCatalog> {
  // N1: a bucket that is there before the second look had a catalog before it.
  const found =
    (await store.get(catalogKey)) ?? ((await hasBuckets(store)) && (await store.get(catalogKey)))
  if (found === false) return nothingYet
  if (!found) throw lost(store)
  return { catalog: decodeCatalog(found.bytes), etag: found.etag, sizeBytes: found.sizeBytes }
}

async function hasBuckets(store: CatalogStore): Promise<boolean> {
  if (!holds('lost-catalog-stops')) return false
  return (await store.list(bucketPrefix, { limit: 1 })).objects.length > 0
}

function lost({ url }: CatalogStore): ArchiveError {
  const detail = `the catalog of ${url} is missing, but there are buckets`
  return new ArchiveError('unavailable', detail, {
    details: [{ detail, hint: '`varve rebuild` makes it anew; appends go on meanwhile' }],
    retryAfterSeconds: 60,
  })
}

/**
 * Keeps the newest catalog of a process; a reader asks the store only whether it is still that one.
 */
export class CatalogCache {
  #newest: LoadedCatalog = nothingYet

  /** What was fetched last; without an etag: nothing yet. */
  get newest(): LoadedCatalog {
    return this.#newest
  }

  async load(store: CatalogStore & Pick<Store, 'getIfChanged'>): Promise<LoadedCatalog> {
    // Loads overlap: this one answers by what it asked about, whatever another has put there since.
    const asked = this.#newest
    if (asked.etag === undefined) return this.#keep(await loadCatalog(store))
    const found = await store.getIfChanged(catalogKey, asked.etag)
    if (found === 'unchanged') return asked
    if (!found) return await loadCatalog(store)
    const { bytes, etag, sizeBytes } = found
    return this.#keep({ catalog: decodeCatalog(bytes), etag, sizeBytes })
  }

  #keep(loaded: LoadedCatalog): LoadedCatalog {
    if (loaded.catalog.generation >= this.#newest.catalog.generation) this.#newest = loaded
    return loaded
  }
}

export function encodeCatalog(catalog: Catalog): Buffer {
  return wrapJson(catalog)
}

/** Throws as `asCatalog` does, and `corrupt` for damaged bytes. */
export function decodeCatalog(bytes: Buffer): Catalog {
  return asCatalog(contentOf(bytes), catalogKey)
}

function contentOf(bytes: Buffer): unknown {
  try {
    return unwrapJson(bytes, catalogKey)
  } catch (cause) {
    if (!(cause instanceof ArchiveError)) throw cause
    const { code, message } = cause
    const details = [{ detail: message, hint: '`varve rebuild` makes it anew from the buckets' }]
    throw new ArchiveError(code, message, { cause, details })
  }
}

/**
 * The catalog that an object of this name holds. Throws `corrupt` for a version this code does not
 * know and for what no catalog may say, and `unavailable` while a restore has not finished.
 */
export function asCatalog(content: unknown, name: string): Catalog {
  const catalog = content as Catalog | null
  if (catalog?.version === emptyCatalog.version) {
    const fault = catalogShape(catalog)
    if (fault !== undefined) throw new ArchiveError('corrupt', `${name}: ${fault}`)
    return catalog
  }
  if ((catalog as { readonly version?: unknown } | null)?.version === unfinishedVersion) {
    const text = 'a restore into this archive is not finished: the same `varve restore` goes on'
    throw new ArchiveError('unavailable', text, { retryAfterSeconds: 60 })
  }
  throw new ArchiveError(
    'corrupt',
    `${name} has version ${catalog?.version}, expected ${emptyCatalog.version}: ` +
      'another version of Varve wrote this archive',
  )
}
