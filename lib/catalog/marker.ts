import { ArchiveError } from '../core/errors.ts'
import { unwrapJson, wrapJson } from './wrapped-json.ts'

/**
 * A marker (docs/format.md, section 7): it decides under which ids events are stored, so a damaged
 * one, or another's, would store them twice. It has a checksum and says which object it is.
 */
export function wrapMarker(key: string, content: object): Buffer {
  return wrapJson({ marker: 1, key, ...content })
}

/** The content, whatever it is. Throws `corrupt`, also for another's bytes. */
export function unwrapMarker(bytes: Buffer, key: string): Record<string, unknown> {
  const found = unwrapJson(bytes, key) as Record<string, unknown> | null
  const { marker, key: own, ...content } = found ?? {}
  if (marker === 1 && own === key) return content
  throw new ArchiveError('corrupt', `${key} is marker ${marker} of ${own}, expected 1 of itself`)
}
