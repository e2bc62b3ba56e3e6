import type { Catalog } from '../catalog/catalog.ts'
import { pause, type Workplace } from '../catalog/commit.ts'
import { asCatalog, encodeCatalog } from '../catalog/load.ts'
import { unwrapJson } from '../catalog/wrapped-json.ts'
import { ArchiveError } from '../core/errors.ts'
import { defaultSettings } from '../core/settings.ts'
import { catalogKey } from '../store/keys.ts'
import type { Store } from '../store/store.ts'

interface FoundCatalog {
  /** `undefined`: there is none, or none that can be read. */
  readonly catalog: Catalog | undefined
  /** Of the object that is there. */
  readonly etag: string | undefined
}

/** The catalog as it lies there, whether or not there should be one. */
export async function findCatalog(store: Store): Promise<FoundCatalog> {
  const found = await store.get(catalogKey)
  if (!found) return { catalog: undefined, etag: undefined }
  const { bytes, etag } = found
  return { catalog: catalogIn(bytes), etag }
}

/** Throws for what another version of the program wrote, and for an unfinished restore. */
function catalogIn(bytes: Buffer): Catalog | undefined {
  const content = contentOf(bytes)
  return content === undefined ? undefined : asCatalog(content, catalogKey)
}

function contentOf(bytes: Buffer): unknown {
  try {
    return unwrapJson(bytes, catalogKey) ?? undefined
  } catch (fault) {
    if (fault instanceof ArchiveError && fault.code === 'corrupt') return undefined
    throw fault
  }
}

/**
 * Stores the first catalog of an archive that lost its own, in place of a damaged one if `etag` is
 * given. Throws `conflict` when there is another by now, `too-large` for one nobody could read.
 */
export async function putCatalog(
  { store, ...place }: Workplace,
  catalog: Catalog,
  etag: string | undefined,
): Promise<void> {
  const sizeBytes = Buffer.byteLength(JSON.stringify(catalog))
  const { catalogBytesMax } = defaultSettings
  if (sizeBytes > catalogBytesMax) {
    throw new ArchiveError('too-large', `the catalog has ${sizeBytes} of ${catalogBytesMax} bytes`)
  }
  const bytes = encodeCatalog(catalog)
  for (let attempt = 0; attempt < place.settings.putAttemptsMax; attempt++) {
    const isNew = etag === undefined
    const put = await (isNew
      ? store.create(catalogKey, bytes)
      : store.replace(catalogKey, bytes, etag))
    if (put.outcome === 'stored') return
    const now = await findCatalog(store)
    if (now.catalog?.commitId === catalog.commitId) return
    if (now.catalog || now.etag !== etag) {
      throw new ArchiveError('conflict', 'another catalog was made meanwhile: look at that first')
    }
    await pause({ store, ...place }, attempt)
  }
  throw new ArchiveError('unavailable', 'the store did not confirm the catalog: run it again')
}
