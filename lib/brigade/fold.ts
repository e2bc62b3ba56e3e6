import type { FrameEntry } from '../bucket/directory.ts'
import { openBucket, readFrame } from '../bucket/reader.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { Settled } from '../catalog/settled.ts'
import { listTail, type TailObject } from '../catalog/tail.ts'
import { ArchiveError } from '../core/errors.ts'
import { type Policy, policyOf } from '../core/policy.ts'
import { holds } from '../core/rules.ts'
import { type Veil, withoutHidden } from '../mask/veil.ts'
import { ownerOfBucket, tailMayHold } from '../store/keys.ts'
import { labelled, veilFor } from './applied-masks.ts'
import { cancelJob, claimedInputs, claimJob, finishJob, type Job } from './job.ts'
import { type FrameSource, mergeLines } from './merge-lines.ts'
import { choosePeriods, hourMicros, type Period } from './periods.ts'
import { putAside, type Unreadable, withoutAside } from './quarantine.ts'
import { RunWriter } from './run-writer.ts'
import { type StreamHour, streamHours } from './stream-hours.ts'

export interface Folded {
  readonly batches: number
  readonly events: number
}

/** Raw bytes of a batch over its stored ones where no run tells; only to bound memory. */
const assumedRatio = 10
/** The same where runs tell theirs: batches are compressed in less time, and less well. */
const ratioShare = 0.8
const fetchConcurrency = 16

/**
 * One fold (PROTOCOL F): batches of the tail become sealed buckets, one run a policy and period,
 * visible in one commit. `undefined`: there was nothing to fold. `damaged` collects the identities
 * of batches that cannot be read; they are put aside and stay in the tail, where reads name them.
 * `listed`: what there is; absent, it lists the tail. `again` are batches put aside that shall be
 * tried, and no others.
 */
export async function fold(
  place: Workplace,
  damaged: Set<string>,
  { listed, again }: { listed?: readonly TailObject[]; again?: ReadonlySet<string> } = {},
): Promise<Folded | undefined> {
  const tail = listed ?? (await listTail(place.store)).batches
  let inputs: TailObject[] = []
  const job = await claimJob(place, 'fold', async catalog => {
    const settled = await Settled.load(
      place.store,
      catalog,
      tail.map(input => input.identity),
    )
    const aside = new Set(catalog.quarantined.map(batch => batch.identity))
    const isWanted = ({ identity }: TailObject) =>
      again ? again.has(identity) : !aside.has(identity) && !damaged.has(identity)
    inputs = chooseInputs(place, catalog, settled, tail.filter(isWanted))
    return inputs.length > 0 ? inputs.map(input => input.identity) : undefined
  })
  if (!job) return undefined
  const unreadable: Unreadable[] = []
  const batches = await fetchInputs(place, job, inputs, unreadable)
  if (batches.every(batch => batch !== undefined)) return await foldBatches(place, job, batches)
  for (const { batch } of unreadable) damaged.add(batch.identity)
  const wasClaimed = await cancelJob(place, job)
  // F2: what is gone while the claim stands is lost, and was folded by nobody.
  const lost = inputs.filter((_, i) => wasClaimed && !batches[i])
  for (const { identity } of lost) damaged.add(identity)
  await putAside(place, unreadable)
  return { batches: 0, events: 0 }
}

/**
 * F1: listed, not settled, not claimed; oldest first. As much as memory allows, and where more
 * waits an equal part of it: two of half the size make better buckets than a large and a tiny one.
 */
function chooseInputs(
  place: Workplace,
  catalog: Catalog,
  settled: Settled,
  tail: readonly TailObject[],
): TailObject[] {
  const claimed = claimedInputs(catalog)
  const { foldBytesMax, foldObjectsMax } = place.settings
  const free = tail.filter(({ identity }) => {
    if (settled.inRecent(identity) && holds('fold-skips-recent')) return false
    if (settled.inAbsorbed(identity) && holds('fold-skips-absorbed')) return false
    if (settled.belowFloor(identity) && holds('floor-is-absorbed')) return false
    return !(claimed.has(identity) && holds('claims-exclusive'))
  })
  const ratio = rawPerStored(catalog)
  const waitingBytes = free.reduce((sum, input) => sum + input.sizeBytes * ratio, 0)
  const partBytes = waitingBytes / Math.max(1, Math.ceil(waitingBytes / foldBytesMax))
  const chosen: TailObject[] = []
  let sizeBytes = 0
  for (const input of free) {
    const inputBytes = input.sizeBytes * ratio
    const isEnough = sizeBytes + inputBytes / 2 >= partBytes || chosen.length >= foldObjectsMax
    sizeBytes += inputBytes
    if (chosen.length > 0 && (isEnough || sizeBytes > foldBytesMax)) break
    chosen.push(input)
  }
  return chosen
}

function rawPerStored({ runs }: Catalog): number {
  const buckets = runs.flatMap(run => run.buckets)
  const rawBytes = buckets.reduce((sum, bucket) => sum + bucket.rawBytes, 0)
  const storedBytes = buckets.reduce((sum, bucket) => sum + bucket.sizeBytes, 0)
  return storedBytes > 0 ? (rawBytes / storedBytes) * ratioShare : assumedRatio
}

/** A batch as it was fetched, every frame of it once decoded and found whole. */
interface Batch {
  readonly object: Buffer
  readonly frames: readonly FrameEntry[]
  readonly veil: Veil | undefined
  /** Of the lines that are not hidden. */
  readonly hours: readonly StreamHour[]
  /** Raw frames by position, as far as there was room. */
  readonly decoded: (Buffer | undefined)[]
}

/** Bytes of raw frames that may still be held. */
interface Room {
  bytes: number
}

/** `undefined` in the place of one that is gone or damaged: a fold without it comes next. */
async function fetchInputs(
  place: Workplace,
  job: Job,
  inputs: readonly TailObject[],
  unreadable: Unreadable[],
): Promise<(Batch | undefined)[]> {
  const batches = new Array<Batch | undefined>(inputs.length).fill(undefined)
  const room = { bytes: place.settings.foldBytesMax }
  for (let at = 0; at < inputs.length; at += fetchConcurrency) {
    const some = inputs.slice(at, at + fetchConcurrency)
    await Promise.all(
      some.map(async (input, i) => {
        const mayHold = (stream: string) => tailMayHold(input, stream)
        const veil = veilFor(job, -1, { ...input, streams: undefined, mayHold })
        const fetch = () => fetchBatch(place, input, room, veil)
        const first = await fetch()
        // What was damaged on its way only is whole when it is fetched anew.
        const batch = first && 'reason' in first ? await fetch() : first
        if (batch && 'object' in batch) batches[at + i] = batch
        if (batch && 'reason' in batch) unreadable.push(batch)
      }),
    )
  }
  return batches
}

/** `undefined`: there is no such object. */
async function fetchBatch(
  place: Workplace,
  batch: TailObject,
  room: Room,
  veil: Veil | undefined,
): Promise<Batch | Unreadable | undefined> {
  const found = await place.store.get(batch.key)
  return found && decode(batch, found.bytes, room, veil)
}

function decode(
  batch: TailObject,
  object: Buffer,
  room: Room,
  veil: Veil | undefined,
): Batch | Unreadable {
  let frames: readonly FrameEntry[] = []
  try {
    frames = openBucket(object, ownerOfBucket(batch.key)).frames
    const decoded: (Buffer | undefined)[] = []
    const hours = frames.flatMap((frame, i) => {
      const raw = readFrameOf(object, frame, veil)
      if (raw.length <= room.bytes) {
        room.bytes -= raw.length
        decoded[i] = raw
      }
      return streamHours(raw)
    })
    return { object, frames, veil, hours, decoded }
  } catch (fault) {
    if (!(fault instanceof ArchiveError) || fault.code !== 'corrupt') throw fault
    const isReadable = frames.some(frame => isWhole(object, frame))
    return { batch, isReadable, reason: fault.message }
  }
}

function isWhole(object: Buffer, frame: FrameEntry): boolean {
  try {
    return streamHours(readFrameOf(object, frame, undefined)).length > 0
  } catch (fault) {
    if (fault instanceof ArchiveError && fault.code === 'corrupt') return false
    throw fault
  }
}

function readFrameOf(object: Buffer, frame: FrameEntry, veil: Veil | undefined): Buffer {
  const { startByte, sizeBytes } = frame
  return withoutHidden(readFrame(object.subarray(startByte, startByte + sizeBytes), frame), veil)
}

// The tail compresses better than assumed at times: what there was no room for is decoded again.
function sourceOf({ object, frames, veil, decoded }: Batch): FrameSource {
  let next = 0
  return async () => {
    const i = next++
    const frame = frames[i]
    if (!frame) return undefined
    const raw = decoded[i] ?? readFrameOf(object, frame, veil)
    decoded[i] = undefined
    return raw
  }
}

async function foldBatches(place: Workplace, job: Job, inputs: readonly Batch[]): Promise<Folded> {
  const periods = periodsFor(job.catalog, inputs)
  const writer = new RunWriter(place, job, policy => periods.get(policy.pattern) ?? [])
  await mergeLines(inputs.map(sourceOf), writer)
  const runs = await writer.finish()
  const applied = await finishJob(place, job, async catalog => {
    const settled = await Settled.load(place.store, catalog, job.inputs)
    const gone = job.inputs.some(identity => isSettled(settled, identity))
    if (gone && holds('commit-needs-inputs')) return undefined
    return {
      ...withoutAside(catalog, job.inputs),
      runs: [...catalog.runs, ...labelled(runs, catalog)],
      recent: [...new Set([...catalog.recent, ...job.inputs])],
    }
  })
  const buckets = runs.flatMap(run => run.buckets)
  return applied
    ? {
        batches: job.inputs.length,
        events: buckets.reduce((sum, each) => sum + each.eventCount, 0),
      }
    : { batches: 0, events: 0 }
}

function isSettled(settled: Settled, identity: string): boolean {
  return (
    settled.inRecent(identity) ||
    settled.inAbsorbed(identity) ||
    (settled.belowFloor(identity) && holds('floor-is-absorbed'))
  )
}

/** Periods by policy pattern, from what this fold holds and what lies there already. */
function periodsFor(catalog: Catalog, inputs: readonly Batch[]): Map<string, Period[]> {
  const policies = new Map<string, Policy>()
  const sizes = new Map<string, Map<number, number>>()
  const note = (pattern: string, hour: number, bytes: number) => {
    const hours = sizes.get(pattern) ?? new Map<number, number>()
    sizes.set(pattern, hours.set(hour, (hours.get(hour) ?? 0) + bytes))
  }
  for (const { stream, hour, sizeBytes } of inputs.flatMap(input => input.hours)) {
    const policy = policyOf(stream, catalog.policies)
    policies.set(policy.pattern, policy)
    note(policy.pattern, hour, sizeBytes)
  }
  for (const run of catalog.runs) {
    for (const bucket of run.buckets) {
      const first = Math.floor(bucket.firstMicros / hourMicros)
      const hours = Math.floor(bucket.lastMicros / hourMicros) - first + 1
      for (let i = 0; i < hours; i++) note(run.policy, first + i, bucket.rawBytes / hours)
    }
  }
  for (const { policy, startMicros, endMicros, rawBytes } of catalog.rollups) {
    const hours = (endMicros - startMicros) / hourMicros
    for (let i = 0; i < hours; i++) note(policy, startMicros / hourMicros + i, rawBytes / hours)
  }
  const chosen = new Map<string, Period[]>()
  for (const { pattern, bucketSizeBytes, periodMicros } of policies.values()) {
    const wantedBytes = bucketSizeBytes * rawBytesPerBucketByte
    chosen.set(pattern, choosePeriods(sizes.get(pattern)!, wantedBytes, periodMicros))
  }
  return chosen
}

/** A period is wide enough when its raw bytes make about one bucket. */
export const rawBytesPerBucketByte = 6
