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
  const raw = unwrap(found.bytes, segment.key, defaultSettings.catalogBytesMax)
  const identities = raw.toString('latin1').split('\n').slice(0, -1)
  const { count, firstIdentity, lastIdentity } = segment
  const isWhole = identities.length === count && identities.at(-1) === lastIdentity
  if (isWhole && identities[0] === firstIdentity) return new Set(identities)
  throw new ArchiveError('corrupt', `${segment.key} holds other ids than the catalog says`)
}
