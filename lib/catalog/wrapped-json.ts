import { unwrap, wrap } from '../bytes/envelope.ts'
import { ArchiveError } from '../core/errors.ts'
import { defaultSettings } from '../core/settings.ts'

/** The form of catalog and manifests (docs/format.md, section 5). */
export function wrapJson(content: object): Buffer {
  return wrap(Buffer.from(JSON.stringify(content)))
}

/** The content back, whatever it is. `name` is for the message. Throws `corrupt`. */
export function unwrapJson(
  bytes: Buffer,
  name: string,
  rawBytesMax: number = defaultSettings.catalogBytesMax,
): unknown {
  const raw = unwrap(bytes, name, rawBytesMax)
  try {
    return JSON.parse(raw.toString('utf8'))
  } catch (cause) {
    throw new ArchiveError('corrupt', `${name} is not JSON`, { cause })
  }
}
