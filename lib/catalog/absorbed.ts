import { unwrap, wrap } from '../bytes/envelope.ts'
import { ArchiveError } from '../core/errors.ts'
import { defaultSettings } from '../core/settings.ts'
import type { Store } from '../store/store.ts'
import type { Segment } from './catalog.ts'

/** A segment lists absorbed identities in ascending order (docs/format.md, section 6). */
export function encodeSegment(identities: readonly string[]): Buffer {
  return wrap(Buffer.from(identities.map(identity => `${identity}\n`).join('')))
}

/**
 * The identities of a segment. Throws `missing` when the object is gone: the catalog is outdated.
 */
export async function loadSegment(store: Store, segment: Segment): Promise<ReadonlySet<string>> {
  // Of a size that is known before: a budget asks for no more than is there.
  const found = await store.get(segment.key, { range: { suffixBytes: segment.sizeBytes } })
  if (!found) throw new ArchiveError('missing', `${segment.key} is gone`)
  const identities = identitiesIn(found.bytes, segment.key)
  const { count, firstIdentity, lastIdentity } = segment
  const isWhole = identities.length === count && identities.at(-1) === lastIdentity
  if (isWhole && identities[0] === firstIdentity) return new Set(identities)
  throw new ArchiveError('corrupt', `${segment.key} holds other ids than the catalog says`)
}

/** What a catalog says of the segment at this key; `undefined` when it is gone or damaged. */
export async function segmentOf(store: Store, key: string): Promise<Segment | undefined> {
  const found = await store.get(key)
  if (!found) return undefined
  try {
    const identities = identitiesIn(found.bytes, key)
    const [firstIdentity = '', lastIdentity = ''] = [identities[0], identities.at(-1)]
    const count = identities.length
    return { key, sizeBytes: found.sizeBytes, count, firstIdentity, lastIdentity }
  } catch (fault) {
    if (fault instanceof ArchiveError && fault.code === 'corrupt') return undefined
    throw fault
  }
}

function identitiesIn(bytes: Buffer, key: string): string[] {
  const raw = unwrap(bytes, key, defaultSettings.catalogBytesMax)
  return raw.toString('latin1').split('\n').slice(0, -1)
}
