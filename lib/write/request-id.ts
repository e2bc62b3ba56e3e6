import { createHash } from 'node:crypto'
import { pause, type Workplace } from '../catalog/commit.ts'
import { unwrapMarker, wrapMarker } from '../catalog/marker.ts'
import { isBase32 } from '../core/base32.ts'
import { batchIdAt, batchIdLength, batchIdOfKey } from '../core/batch-id.ts'
import { ArchiveError } from '../core/errors.ts'
import { requestMarkerKey } from '../store/keys.ts'

/**
 * The batch id of an idempotency key. A ULID or UUIDv7 is one; for any other key the first request
 * fixes the id in a create-only marker, and every retry finds it there.
 */
export async function batchIdOfRequest(place: Workplace, key: string): Promise<string> {
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw new ArchiveError(
      'invalid',
      `idempotency key ${JSON.stringify(key.slice(0, 60))} must be 1 to 200 printable ASCII ` +
        'characters without spaces',
      { details: [{ pointer: 'Idempotency-Key', detail: 'not printable ASCII, or too long' }] },
    )
  }
  return batchIdOfKey(key) ?? (await fixBatchId(place, key))
}

async function fixBatchId(place: Workplace, key: string): Promise<string> {
  const markerKey = requestMarkerKey(key)
  const chance = createHash('sha256').update(key).digest().subarray(0, 10)
  const batchId = batchIdAt(Math.floor(place.clock.nowMicros() / 1000), chance)
  const marker = wrapMarker(markerKey, { batchId })
  for (let attempt = 0; attempt < place.settings.putAttemptsMax; attempt++) {
    const result = await place.store.create(markerKey, marker)
    if (result.outcome === 'stored') return batchId
    const found = await place.store.get(markerKey)
    if (found) return decodeMarker(markerKey, found.bytes)
    await pause(place, attempt)
  }
  throw new ArchiveError('unavailable', `the store did not confirm ${markerKey}`, {
    retryAfterSeconds: 1,
  })
}

function decodeMarker(markerKey: string, bytes: Buffer): string {
  const { batchId } = unwrapMarker(bytes, markerKey)
  if (typeof batchId === 'string' && batchId.length === batchIdLength && isBase32(batchId))
    return batchId
  throw new ArchiveError('corrupt', `${markerKey} holds no batch id`)
}
