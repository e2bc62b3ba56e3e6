import { decodeFooter } from '../bucket/directory.ts'
import { readFrame } from '../bucket/reader.ts'
import type { BucketRef, Run } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import { ownerOfBucket } from '../store/keys.ts'
import type { Store } from '../store/store.ts'
import { chooseRuns } from './choose-runs.ts'
import { cancelJob, claimJob, finishJob, type Job } from './job.ts'
import { type FrameSource, mergeLines } from './merge-lines.ts'
import { RunWriter } from './run-writer.ts'

/**
 * One compaction (PROTOCOL C'): runs of one policy and period become one, events that carry the
 * same `@id` become one. Returns how many runs were merged; 0: lost to another member; `undefined`:
 * nothing to do. `damaged` collects ids of runs that cannot be read whole; they stay as they are.
 */
export async function compact(place: Workplace, damaged: Set<string>): Promise<number | undefined> {
  let chosen: Run[] = []
  const nowMicros = place.clock.nowMicros()
  const job = await claimJob(place, 'compact', catalog => {
    chosen = chooseRuns(catalog, place.settings, nowMicros, damaged)
    return chosen.length > 0 ? chosen.map(run => run.id) : undefined
  })
  if (!job) return undefined
  try {
    return await mergeRuns(place, job, chosen, damaged)
  } catch (fault) {
    if (!(fault instanceof ArchiveError) || !['corrupt', 'missing'].includes(fault.code))
      throw fault
    await cancelJob(place, job)
    // A frame that decodes to no lines names no run: then none of them is tried again.
    const isNamed = fault.code !== 'corrupt' || chosen.some(run => damaged.has(run.id))
    if (!isNamed) for (const run of chosen) damaged.add(run.id)
    return 0
  }
}

async function mergeRuns(
  place: Workplace,
  job: Job,
  runs: readonly Run[],
  damaged: Set<string>,
): Promise<number> {
  const { startMicros, endMicros } = runs[0]!
  const writer = new RunWriter(place, job, () => [{ startMicros, endMicros }])
  const aheadBytes = place.settings.compactAheadBytes / runs.length
  await mergeLines(
    runs.map(run => framesOf(place.store, run, aheadBytes, damaged)),
    writer,
  )
  const made = await writer.finish()
  const applied = await finishJob(place, job, catalog => {
    const inputs = new Set(job.inputs)
    const present = catalog.runs.filter(run => inputs.has(run.id))
    if (present.length < inputs.size && holds('commit-needs-inputs')) return undefined
    return { ...catalog, runs: [...catalog.runs.filter(run => !inputs.has(run.id)), ...made] }
  })
  return applied ? runs.length : 0
}

/** The frames of a run in order, fetched in ranges of about `aheadBytes`. */
function framesOf(store: Store, run: Run, aheadBytes: number, damaged: Set<string>): FrameSource {
  const frames = readRun(store, run, aheadBytes, damaged)
  return async () => (await frames.next()).value
}

async function* readRun(
  store: Store,
  run: Run,
  aheadBytes: number,
  damaged: Set<string>,
): AsyncGenerator<Buffer, undefined> {
  try {
    for (const bucket of run.buckets) yield* readBucket(store, bucket, aheadBytes)
  } catch (fault) {
    if (fault instanceof ArchiveError && fault.code === 'corrupt') damaged.add(run.id)
    throw fault
  }
  return undefined
}

async function* readBucket(
  store: Store,
  bucket: BucketRef,
  aheadBytes: number,
): AsyncGenerator<Buffer> {
  const footer = await fetchRange(
    store,
    bucket,
    bucket.sizeBytes - bucket.footerBytes,
    bucket.sizeBytes,
  )
  const directory = decodeFooter(footer, bucket.sizeBytes, ownerOfBucket(bucket.key))
  if (typeof directory === 'number')
    throw new ArchiveError('corrupt', `${bucket.key}: footer is cut`)
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
      yield readFrame(range.subarray(from, from + frame.sizeBytes), frame)
    }
    first = last + 1
  }
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
