import { Member } from '../../lib/brigade/member.ts'
import type { Settings } from '../../lib/core/settings.ts'
import type { Finding } from '../../lib/operate/finding.ts'
import { type VerifyOptions, verifyArchive } from '../../lib/operate/verify.ts'
import { listAll, type Store } from '../../lib/store/store.ts'
import { appendBatch, setPolicies } from './brigade-place.ts'
import { makePlace, type TestPlace } from './workplace.ts'

const hourMicros = 3600e6

/** Every hour is a period of its own, and a frame holds a few events. */
const policy = {
  pattern: '**',
  bucketSizeBytes: 1,
  frameSizeBytes: 150,
  periodMicros: hourMicros,
}

/**
 * An archive that has one of everything: a roll-up with manifests, runs, absorbed ids in segments
 * and in the catalog, fresh batches. Some hundred events.
 */
export async function operatedArchive(
  settings: Partial<Settings> = {},
  parity = false,
): Promise<TestPlace> {
  const place = makePlace({ rollupPartsMin: 2, manifestBucketsMax: 6, recentMax: 1, ...settings })
  await setPolicies(place, [{ ...policy, ...(parity && { parity }) }])
  const member = new Member(place)
  for (const day of [0, 40]) {
    for (let part = 0; part < 3; part++) {
      const lines = Array.from({ length: 8 }, (_, i) => {
        const micros = place.clock.nowMicros() + i * 60e6
        return `{"@time":${micros},"@stream":"s/${i % 3}","@id":"${day}-${part}-${i}","n":${i}}`
      })
      await appendBatch(place, lines)
      await member.once()
      place.clock.advance(3600e3)
    }
    if (day === 0) place.clock.advance(40 * 24 * 3600e3)
    await member.once()
  }
  for (let n = 0; n < 2; n++)
    await appendBatch(place, [`{"@stream":"t/${n}","n":${n}}`, `{"@stream":"u","n":${n}}`])
  return place
}

export async function findingsOf(place: TestPlace, options?: VerifyOptions): Promise<Finding[]> {
  return await Array.fromAsync(verifyArchive(place, options))
}

/** Keys of all objects. */
export async function allKeys(store: Store): Promise<string[]> {
  return (await Array.fromAsync(listAll(store, ''))).map(({ key }) => key)
}

export async function overwrite(store: Store, key: string, bytes: Buffer): Promise<void> {
  await store.delete([key])
  await store.create(key, bytes)
}

/** Flips a bit of one byte; a position below 0 counts from the end. */
export async function flipByte(store: Store, key: string, position: number): Promise<void> {
  const bytes = Buffer.from((await store.get(key))!.bytes)
  bytes[position < 0 ? bytes.length + position : position]! ^= 1
  await overwrite(store, key, bytes)
}
