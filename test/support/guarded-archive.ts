import { fold } from '../../lib/brigade/fold.ts'
import type { Directory, FrameEntry } from '../../lib/bucket/directory.ts'
import { openBucket } from '../../lib/bucket/reader.ts'
import { logPolicy, type Policy } from '../../lib/core/policy.ts'
import type { Settings } from '../../lib/core/settings.ts'
import { ownerOfBucket } from '../../lib/store/keys.ts'
import { appendBatch, catalogOf, setPolicies } from './brigade-place.ts'
import { overwrite } from './operated-archive.ts'
import { makePlace, type TestPlace, testStartMicros } from './workplace.ts'

/** Events of a guarded archive. */
export const guardedCount = 200
/** Fifty frames in a bucket, in two groups. */
export const guardedPolicy: Policy = { ...logPolicy, frameSizeBytes: 300, parity: true }

/** An archive of one run, of one bucket with parity. */
export async function guardedArchive(
  settings: Partial<Settings> = {},
  policy = guardedPolicy,
): Promise<TestPlace> {
  const place = makePlace(settings)
  await setPolicies(place, [policy])
  await appendBatch(place, guardedLines())
  await fold(place, new Set())
  return place
}

export function guardedLines(startMicros = testStartMicros): string[] {
  return Array.from({ length: guardedCount }, (_, i) => {
    const at = startMicros + i * 1e6
    return `{"@time":${at},"@stream":"s/${Math.floor(i / 50)}","n":${i},"word":"w${i * 31}"}`
  })
}

/** Its bucket as it is referred to, and its directory. */
export async function guardedBucket(place: TestPlace) {
  const [run] = (await catalogOf(place)).runs
  const ref = run!.buckets[0]!
  const { bytes } = (await place.store.get(ref.key))!
  return { run: run!, ref, directory: openBucket(bytes, ownerOfBucket(ref.key)) }
}

/** Makes noise of these frames. */
export async function spoilFrames(
  place: TestPlace,
  key: string,
  frames: readonly FrameEntry[],
): Promise<void> {
  const bytes = Buffer.from((await place.store.get(key))!.bytes)
  for (const { startByte, sizeBytes } of frames) bytes.fill(0xa5, startByte, startByte + sizeBytes)
  await overwrite(place.store, key, bytes)
}

/** Frames of one group, and one of another. */
export function framesOfGroups({ parity }: Directory): readonly [FrameEntry[], FrameEntry] {
  const [first, second] = parity!
  return [[...first!.frames], second!.frames[1]!]
}
