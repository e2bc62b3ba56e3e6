import { createHash } from 'node:crypto'
import type { Archive } from '../archive.ts'
import type { Clock } from '../core/clock.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import { type ImportSource, importFile } from '../import/import-file.ts'
import type { Store, StoredObject } from '../store/store.ts'
import { idOf } from './envelope.ts'
import { rawLines } from './event-line.ts'
import { type LandedObject, streamOfObject } from './landed-object.ts'
import { type Landing, landingOf } from './landings.ts'

/** Reads objects of any S3 bucket: see lib/store/s3-objects.ts. */
export interface ObjectReader {
  /** A part of it; only of this etag, when one is given. `undefined`: there is none. */
  get(
    object: Pick<LandedObject, 'bucket' | 'key'>,
    range: { readonly start: number; readonly end: number },
    etag: string | undefined,
    signal: AbortSignal,
  ): Promise<StoredObject | undefined>
}

export interface ImportPlace {
  readonly archive: Pick<Archive, 'append'>
  readonly store: Store
  readonly objects: ObjectReader
  readonly clock: Clock
  readonly settings: Settings
  /** What is known of objects by the place where they land. */
  readonly landings: readonly Landing[]
}

/** One GET: more means fewer of them and more memory. */
const chunkBytes = 8 * 1024 * 1024

/**
 * Imports an object once, however often it is named, and goes on where an earlier call ended. What
 * can never be imported, now or later, is told in the lines that are returned: an event each, with
 * `@error`. Throws `unavailable` when trying again may help.
 */
export async function importObject(
  place: ImportPlace,
  object: LandedObject,
  signal: AbortSignal,
): Promise<Buffer[]> {
  const { archive, store, clock, settings } = place
  const first = await place.objects.get(object, { start: 0, end: chunkBytes }, undefined, signal)
  const { format, stream = streamOfObject(object) } = landingOf(place.landings, object)
  const told = (etag: string, faults: readonly string[]) =>
    findings({ ...object, stream }, etag, faults, settings)
  if (!first) return told('', ['the object is not there any more'])
  const source = sourceOf(place.objects, object, first, signal)
  const options = { stream, ...(format !== undefined && { format }) }
  try {
    const job = { archive, store, clock, settings, source, options, signal }
    const { faults } = await importFile(job)
    return told(first.etag, faults)
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof ArchiveError) || error.code === 'unavailable') throw error
    return told(first.etag, [error.message])
  }
}

/** Its place and etag are its identity: nobody has to read it twice to know whether it is new. */
function sourceOf(
  objects: ObjectReader,
  object: LandedObject,
  first: StoredObject,
  signal: AbortSignal,
): ImportSource {
  const { bucket, key } = object
  const { etag, sizeBytes } = first
  const identity = JSON.stringify([bucket, key, etag])
  return {
    name: key.split('/').at(-1) || key,
    sizeBytes,
    contentHash: createHash('sha256').update(identity).digest('hex'),
    async *chunks() {
      yield first.bytes
      for (let start = first.bytes.length; start < sizeBytes; start += chunkBytes) {
        const range = { start, end: Math.min(sizeBytes, start + chunkBytes) }
        const part = await objects.get(object, range, etag, signal)
        if (!part) {
          throw new ArchiveError('unavailable', `s3://${bucket}/${key} went during its import`)
        }
        yield part.bytes
      }
    },
  }
}

function findings(
  object: LandedObject & { readonly stream: string },
  etag: string,
  faults: readonly string[],
  { eventBytesMax }: Settings,
): Buffer[] {
  const { bucket, key, timeMicros, stream } = object
  const message = Buffer.from(`s3://${bucket}/${key} was not imported whole`)
  return faults.flatMap(fault => {
    const id = idOf(undefined, [bucket, key, etag, fault])
    const envelope = { stream, timeMicros, id, context: { bucket, key } }
    return rawLines(message, envelope, fault.slice(0, 1000), eventBytesMax)
  })
}
