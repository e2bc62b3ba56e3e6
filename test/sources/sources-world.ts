import { createHash } from 'node:crypto'
import { type Archive, openArchive } from '../../lib/archive.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { seededRandom } from '../../lib/core/random.ts'
import { type Settings, settingsWith } from '../../lib/core/settings.ts'
import type { ObjectReader } from '../../lib/sources/import-object.ts'
import type { Landing } from '../../lib/sources/landings.ts'
import { type CallReport, storeCall } from '../../lib/sources/store-call.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import { TestClock } from '../import/fake-archive.ts'
import * as aws from './calls.ts'

export type Stored = Readonly<Record<string, unknown>>

/** S3 buckets of others, in memory. */
class LandedObjects implements ObjectReader {
  readonly objects = new Map<string, Buffer>()
  gets = 0

  async get(
    { bucket, key }: { readonly bucket: string; readonly key: string },
    { start, end }: { readonly start: number; readonly end: number },
    etag: string | undefined,
    signal: AbortSignal,
  ) {
    signal.throwIfAborted()
    this.gets++
    const bytes = this.objects.get(`${bucket}/${key}`)
    if (!bytes) return undefined
    const found = createHash('md5').update(bytes).digest('hex')
    if (etag !== undefined && etag !== found) throw new ArchiveError('unavailable', 'it changed')
    return { bytes: bytes.subarray(start, end), etag: found, sizeBytes: bytes.length }
  }
}

/** An archive in memory and the door for what AWS sends. */
export async function sourcesWorld(
  changes: Partial<Settings> = {},
  landings: readonly Landing[] = [],
) {
  const clock = new TestClock('2026-11-20T12:00:00Z')
  const random = seededRandom(7)
  const store = new MemoryStore(clock)
  const settings = settingsWith(changes)
  const archive = await openArchive({ store, clock, random, settings })
  const landed = new LandedObjects()
  const failures: string[] = []
  /** May throw, instead of an append or after it. */
  const faults = { before: (_lines: Buffer) => {}, after: (_lines: Buffer) => {} }
  let appends = 0
  const faulty: Pick<Archive, 'append'> = {
    async append(request) {
      appends++
      request.signal?.throwIfAborted()
      faults.before(request.lines)
      const receipt = await archive.append(request)
      faults.after(request.lines)
      return receipt
    },
  }
  const { deadLetterArn } = aws
  const outside = { clock, random, deadLetterArn }
  const place = { archive: faulty, store, objects: landed, settings, landings, ...outside }
  return {
    ...{ archive, store, landed, clock, failures, faults },
    appends: () => appends,
    call: (call: unknown, signal = new AbortController().signal): Promise<CallReport> =>
      storeCall(place, call, signal, (id, error) => failures.push(`${id}: ${error}`)),
    fold: async () => {
      clock.micros += 3600e6
      await archive.brigadeOnce()
    },
    stored: () => storedIn(archive),
  }
}

export const unavailable = new ArchiveError('unavailable', 'the store is away')

/** All events, by stream, time and bytes. */
async function storedIn(archive: Archive): Promise<Stored[]> {
  const hits = await Array.fromAsync(archive.search({ order: 'asc', limit: 100_000 }))
  return hits.map(hit => JSON.parse(hit.line.toString()))
}
