import type {
  Catalog,
  CatalogMark,
  Erasure,
  EventSelection,
  ReplacedObjects,
} from '../catalog/catalog.ts'
import { sha256 } from '../catalog/part-digest.ts'
import { ArchiveError } from '../core/errors.ts'
import { certificateKey } from '../store/keys.ts'
import type { Store } from '../store/store.ts'

/**
 * Says that an erasure is done (docs/format.md, section 15): what was erased, when, which objects
 * were replaced and deleted, and between which two catalogs. Written once, never changed. Stream
 * and query often name what was erased: of these it keeps no more than a hash.
 */
export interface Certificate {
  readonly certificate: 1
  readonly erasureId: string
  readonly selection: Pick<EventSelection, 'startMicros' | 'endMicros'>
  /** SHA-256 of the JSON of the whole selection: who knows it can show that it was this one. */
  readonly selectionSha256: string
  /** Hidden from every read that began later. */
  readonly maskedMicros: number
  /** No run held a selected event any more. */
  readonly rewrittenMicros: number
  /** No object was left that did. */
  readonly erasedMicros: number
  readonly replaced: ReplacedObjects
  readonly before: CatalogMark
  readonly after: CatalogMark
}

/** Names this version of the catalog. */
export function catalogMark(catalog: Catalog): CatalogMark {
  const { generation, commitId } = catalog
  return { generation, commitId, sha256: hashOf(catalog) }
}

/** Of a selection as `checkSelection` leaves it. */
export function selectionHash(selection: EventSelection): string {
  return hashOf(selection)
}

function hashOf(content: object): string {
  return sha256(JSON.stringify(content))
}

export function certify(erasure: Erasure, after: CatalogMark, erasedMicros: number): Certificate {
  const { erasureId, createdMicros, before, replaced, rewrittenMicros } = erasure
  const { startMicros, endMicros } = erasure.selection
  return {
    certificate: 1,
    erasureId,
    selection: {
      ...(startMicros !== undefined && { startMicros }),
      ...(endMicros !== undefined && { endMicros }),
    },
    selectionSha256: selectionHash(erasure.selection),
    maskedMicros: createdMicros,
    rewrittenMicros,
    erasedMicros,
    replaced,
    before,
    after,
  }
}

/** `undefined`: there is none, the erasure is not finished. Throws `corrupt`. */
export async function loadCertificate(
  store: Store,
  erasureId: string,
): Promise<Certificate | undefined> {
  const key = certificateKey(erasureId)
  const found = await store.get(key)
  if (!found) return undefined
  const certificate = decodeCertificate(found.bytes, key)
  if (certificate.erasureId === erasureId) return certificate
  throw new ArchiveError('corrupt', `${key} is of erasure ${certificate.erasureId}`)
}

export function encodeCertificate(certificate: Certificate): Buffer {
  return Buffer.from(`${JSON.stringify(certificate, undefined, 2)}\n`)
}

function decodeCertificate(bytes: Buffer, key: string): Certificate {
  try {
    const found = JSON.parse(bytes.toString('utf8')) as Partial<Certificate> | null
    if (found?.certificate === 1 && found.erasureId !== undefined) return found as Certificate
  } catch (cause) {
    throw new ArchiveError('corrupt', `${key} is not JSON`, { cause })
  }
  throw new ArchiveError('corrupt', `${key} is no certificate of an erasure`)
}
