import type { Workplace } from '../catalog/commit.ts'
import { ArchiveError } from '../core/errors.ts'
import type { GetOptions, StoredObject } from '../store/store.ts'
import type { Finding, FindingKind, Remedy } from './finding.ts'

/** How much was looked at. */
export interface Tally {
  objects: number
  bytes: number
  frames: number
  events: number
}

/** One verification at work. */
export interface Inspection {
  readonly place: Workplace
  readonly tally: Tally
}

/** Throws `missing` when the object is gone. */
export async function fetchObject(
  { place, tally }: Inspection,
  key: string,
  options: GetOptions = {},
): Promise<StoredObject> {
  const found = await place.store.get(key, options)
  if (!found) throw new ArchiveError('missing', `${key} is gone`)
  tally.bytes += found.bytes.length
  return found
}

/**
 * What `check` makes of an object or a part of it. What looks damaged is fetched once more, for it
 * may have been damaged on its way only. Throws `corrupt` when it stays so, `missing`.
 */
export async function checkObject<T>(
  inspection: Inspection,
  key: string,
  options: GetOptions,
  check: (object: StoredObject) => T,
): Promise<T> {
  const found = await fetchObject(inspection, key, options)
  try {
    return check(found)
  } catch (fault) {
    if (!(fault instanceof ArchiveError) || fault.code !== 'corrupt') throw fault
  }
  return check(await fetchObject(inspection, key, options))
}

/** The finding that this error is about an object. Throws any other error. */
export function findingOf(
  error: unknown,
  object: string,
  remedy: Remedy,
  more: Partial<Finding> = {},
): Finding {
  if (!(error instanceof ArchiveError)) throw error
  const kinds: { readonly [Code in string]?: FindingKind } = {
    missing: 'missing',
    corrupt: 'damaged',
  }
  const kind = kinds[error.code]
  if (!kind) throw error
  return { kind, object, reason: error.message, remedy, ...more }
}
