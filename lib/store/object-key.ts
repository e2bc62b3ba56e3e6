import { ArchiveError } from '../core/errors.ts'
import { storeLimits } from '../core/store-limits.ts'

const allowed = /^[!-~]*$/
const unsafe = /["*:<>?\\|]/

/**
 * Throws `invalid` unless the key can be stored everywhere: printable ASCII in parts separated by
 * single slashes, no part that begins with a dot, none of `" * : < > ? \ |`, and not too long.
 */
export function assertObjectKey(key: string): void {
  const fault = key === '' ? 'it is empty' : faultOf(key)
  if (fault) throw new ArchiveError('invalid', `key ${JSON.stringify(key)} is refused: ${fault}`)
}

/**
 * As `assertObjectKey` for the beginning of a key: it may be empty, end in a slash or in a part.
 */
export function assertKeyPrefix(prefix: string): void {
  const fault = prefix === '' ? undefined : faultOf(prefix.endsWith('/') ? `${prefix}x` : prefix)
  if (fault) throw new ArchiveError('invalid', `prefix ${JSON.stringify(prefix)}: ${fault}`)
}

function faultOf(key: string): string | undefined {
  if (!allowed.test(key) || unsafe.test(key)) return 'a character is not allowed'
  if (key.length > storeLimits.keyBytesMax) return `longer than ${storeLimits.keyBytesMax} bytes`
  for (const part of key.split('/')) {
    if (part === '') return 'a part between slashes is empty'
    if (part.startsWith('.')) return 'a part begins with a dot'
    if (part.length > storeLimits.keyPartBytesMax) {
      return `a part is longer than ${storeLimits.keyPartBytesMax} bytes`
    }
  }
  return undefined
}
