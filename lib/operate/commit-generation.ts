import { pause, type Workplace } from '../catalog/commit.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import { defaultSettings } from '../core/settings.ts'
import { generationKey } from '../store/backup-keys.ts'
import type { Store } from '../store/store.ts'
import { type Contents, encodeContents, encodeGeneration, type Generation } from './generation.ts'

/** Stores what a generation holds; its size. Throws `too-large` when there is too much of it. */
export async function putContents(
  place: Workplace,
  to: Store,
  key: string,
  contents: Contents,
): Promise<number> {
  const bytes = encodeContents(key, contents)
  const rawBytes = bytes.readUInt32LE(8)
  if (rawBytes > defaultSettings.backupContentsBytesMax) {
    const text = `catalog and tail take ${rawBytes} bytes: let the brigade fold the tail first`
    throw new ArchiveError('too-large', text)
  }
  await createOwn(place, to, key, bytes)
  return bytes.length
}

/**
 * Makes a backup of what was copied: the one create that counts. Its number is that behind the
 * newest when the backup began, so that of two at once only one comes to stand (PROTOCOL B4). The
 * other throws `conflict`.
 */
export async function commitGeneration(
  place: Workplace,
  to: Store,
  generation: Generation,
): Promise<Generation> {
  const bytes = encodeGeneration(generation)
  if (await createOwn(place, to, generationKey(generation.number), bytes)) return generation
  if (!holds('backup-commits-once')) {
    return await commitGeneration(place, to, { ...generation, number: generation.number + 1 })
  }
  throw new ArchiveError(
    'conflict',
    `another backup to ${to.url} finished as number ${generation.number} while this one was ` +
      'under way; run it again for a newer one',
  )
}

/** Creates an object whose bytes are like no other's. False: another lies there. */
async function createOwn(
  place: Workplace,
  to: Store,
  key: string,
  bytes: Buffer,
): Promise<boolean> {
  for (let attempt = 0; attempt < place.settings.putAttemptsMax; attempt++) {
    const { outcome } = await to.create(key, bytes)
    if (outcome === 'stored') return true
    // Refused, perhaps because an attempt before has landed: then the bytes are these.
    if (outcome === 'refused') return (await to.get(key))?.bytes.equals(bytes) ?? false
    await pause(place, attempt)
  }
  throw new ArchiveError('unavailable', `${to.url} did not confirm ${key}`)
}
