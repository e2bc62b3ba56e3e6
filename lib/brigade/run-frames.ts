import type { Directory, FrameEntry } from '../bucket/directory.ts'
import { decodeFooter, readTwin } from '../bucket/footer.ts'
import { groupOfFrame, healFrame } from '../bucket/parity.ts'
import { readFrame } from '../bucket/reader.ts'
import type { BucketRef } from '../catalog/catalog.ts'
import type { RolledRun } from '../catalog/manifest.ts'
import { ArchiveError } from '../core/errors.ts'
import { withoutHidden } from '../mask/veil.ts'
import { ownerOfBucket } from '../store/keys.ts'
import type { Store } from '../store/store.ts'
import { extentOf, veilFor } from './applied-masks.ts'
import type { Job } from './job.ts'
import type { FrameSource } from './merge-lines.ts'

interface RunReading {
  /** About so much is fetched at once. */
  readonly aheadBytes: number
  /** Collects the id of the run when it cannot be read. */
  readonly damaged: Set<string>
}

/** The frames of a run in order, without what the job's catalog hides of them. */
export function framesOfRun(
  store: Store,
  job: Job,
  run: RolledRun,
  reading: RunReading,
): FrameSource {
  const frames = readRun(store, job, run, reading)
  return async () => (await frames.next()).value
}

async function* readRun(
  store: Store,
  job: Job,
  run: RolledRun,
  { aheadBytes, damaged }: RunReading,
): AsyncGenerator<Buffer, undefined> {
  try {
    for (const bucket of run.buckets) {
      const veil = veilFor(job, run.maskSeq, extentOf(bucket))
      for await (const frame of readBucket(store, bucket, aheadBytes)) {
        yield withoutHidden(frame, veil)
      }
    }
  } catch (fault) {
    if (fault instanceof ArchiveError && fault.code === 'corrupt') damaged.add(run.id)
    throw fault
  }
  return undefined
}

/**
 * The frames of a bucket in order, as they lie there, or as parity heals them. Throws `corrupt`, or
 * `missing`.
 */
export async function* readBucket(
  store: Store,
  bucket: BucketRef,
  aheadBytes: number,
): AsyncGenerator<Buffer> {
  const directory = await readDirectory(store, bucket)
  const { frames } = directory
  for (let first = 0; first < frames.length; ) {
    const { startByte } = frames[first]!
    let last = first
    let endByte = startByte + frames[first]!.sizeBytes
    while (
      last + 1 < frames.length &&
      endByte + frames[last + 1]!.sizeBytes - startByte <= aheadBytes
    ) {
      endByte += frames[++last]!.sizeBytes
    }
    const range = await fetchRange(store, bucket, startByte, endByte)
    for (const frame of frames.slice(first, last + 1)) {
      const from = frame.startByte - startByte
      const stored = range.subarray(from, from + frame.sizeBytes)
      yield await unlessDamaged(
        () => readFrame(stored, frame),
        () => readHealed(store, bucket, directory, frame),
      )
    }
    first = last + 1
  }
}

async function readHealed(
  store: Store,
  bucket: BucketRef,
  { parity }: Directory,
  frame: FrameEntry,
): Promise<Buffer> {
  const group = groupOfFrame(parity, frame)
  if (!group) throw new ArchiveError('corrupt', `${bucket.key} has no parity`)
  const read = (start: number, end: number) => fetchRange(store, bucket, start, end)
  return readFrame(await healFrame(group, frame, read), frame)
}

/** The directory of a bucket, or its twin. Throws `missing` or `corrupt`. */
export async function readDirectory(store: Store, bucket: BucketRef): Promise<Directory> {
  const { key, sizeBytes, footerBytes } = bucket
  const owner = ownerOfBucket(key)
  const read = (start: number, end: number) => fetchRange(store, bucket, start, end)
  const footer = await read(sizeBytes - footerBytes, sizeBytes)
  return await unlessDamaged(
    () => {
      const directory = decodeFooter(footer, sizeBytes, owner)
      if (typeof directory !== 'number') return directory
      throw new ArchiveError('corrupt', `${key}: footer is cut`)
    },
    () => readTwin(bucket, owner, read),
  )
}

/** What the first makes or, where that is `corrupt`, the second; then the first one's error. */
async function unlessDamaged<T>(first: () => T, second: () => Promise<T>): Promise<T> {
  try {
    return first()
  } catch (fault) {
    if (!isCorrupt(fault)) throw fault
    return await second().catch(other => {
      throw isCorrupt(other) ? fault : other
    })
  }
}

function isCorrupt(fault: unknown): boolean {
  return fault instanceof ArchiveError && fault.code === 'corrupt'
}

async function fetchRange(
  store: Store,
  bucket: BucketRef,
  start: number,
  end: number,
): Promise<Buffer> {
  const found = await store.get(bucket.key, { range: { start, end } })
  if (!found) throw new ArchiveError('missing', `${bucket.key} is gone`)
  return found.bytes
}
