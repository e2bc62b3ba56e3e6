import type { Directory, FrameEntry } from '../bucket/directory.ts'
import { DirectoryCheck, differences } from '../bucket/directory-check.ts'
import { decodeFooter } from '../bucket/footer.ts'
import { readFrame } from '../bucket/reader.ts'
import { ArchiveError } from '../core/errors.ts'
import { ownerOfBucket } from '../store/keys.ts'
import type { Finding } from './finding.ts'
import { checkObject, fetchObject, findingOf, type Inspection } from './inspection.ts'
import { healedFrame, parityFindings, twinDirectory } from './verify-parity.ts'

/** What refers to a bucket says of it. */
export interface ExpectedBucket {
  readonly key: string
  readonly sizeBytes: number
  readonly footerBytes: number
  readonly eventCount: number
  readonly firstMicros: number
  readonly lastMicros: number
}

/** Takes the lines of every frame, in order; `undefined`: the frame cannot be read. */
export type TakeFrame = (position: number, raw: Buffer | undefined) => void

export interface VerifiedBucket {
  readonly findings: readonly Finding[]
  /** `undefined`: it cannot be opened. */
  readonly directory: Directory | undefined
  readonly check: DirectoryCheck | undefined
}

/**
 * Reads every byte of a bucket: its directory, its frames with their checksums, their lines, and
 * whether all say the same. Holds `verifyAheadBytes` and a frame. `before` is the bucket whose
 * lines precede these. Throws `missing`.
 */
export async function verifyBucket(
  inspection: Inspection,
  expected: ExpectedBucket,
  take: TakeFrame,
  before?: DirectoryCheck,
): Promise<VerifiedBucket> {
  const { directory: opened, damage } = await openExpected(inspection, expected)
  if (!opened) return { findings: damage, directory: undefined, check: undefined }
  const { key } = expected
  const check = new DirectoryCheck(opened, before)
  const findings = [...damage, ...contradictions(expected, opened)]
  const contradict = (reason: string, position?: number) => {
    const part = position === undefined ? {} : placeOf(opened, position)
    findings.push({ kind: 'contradiction', object: key, ...part, reason, remedy: 'none' })
  }
  for await (const { position, raw, error } of framesOf(inspection, key, opened)) {
    const frame = opened.frames[position]!
    take(position, raw)
    inspection.tally.frames++
    if (error && raw) findings.push(healed(error, key, frame.startByte, endOf(frame)))
    else if (error) findings.push(findingOf(error, key, 'none', placeOf(opened, position)))
    if (!raw) continue
    inspection.tally.events += frame.eventCount
    try {
      for (const fault of check.frameFaults(position, raw)) contradict(fault, position)
    } catch (fault) {
      findings.push(findingOf(fault, key, 'none', placeOf(opened, position)))
    }
  }
  for (const fault of check.wholeFaults()) contradict(fault)
  if (damage.length === 0) findings.push(...(await parityFindings(inspection, expected, opened)))
  inspection.tally.objects++
  return { findings, directory: opened, check }
}

/** What parity heals: nothing is lost. */
function healed(fault: unknown, key: string, startByte: number, endByte: number): Finding {
  const finding = findingOf(fault, key, 'repair', { startByte, endByte })
  return { ...finding, reason: `${finding.reason}; parity heals it` }
}

async function openExpected(
  inspection: Inspection,
  expected: ExpectedBucket,
): Promise<{ readonly directory: Directory | undefined; readonly damage: Finding[] }> {
  const { key, sizeBytes, footerBytes, eventCount, firstMicros, lastMicros } = expected
  const whole = {
    startByte: 0,
    endByte: sizeBytes,
    streams: [],
    startMicros: firstMicros,
    endMicros: lastMicros + 1,
    eventCount,
  }
  const options = { range: { suffixBytes: Math.max(1, footerBytes) } }
  try {
    const directory = await checkObject(inspection, key, options, object => {
      if (object.sizeBytes !== sizeBytes) {
        throw new ArchiveError('corrupt', `has ${object.sizeBytes} bytes, expected ${sizeBytes}`)
      }
      const found = decodeFooter(object.bytes, object.sizeBytes, ownerOfBucket(key))
      if (typeof found !== 'number') return found
      throw new ArchiveError('corrupt', `footer has ${found} bytes, expected ${footerBytes}`)
    })
    return { directory, damage: [] }
  } catch (error) {
    if (!(error instanceof ArchiveError) || error.code !== 'corrupt') throw error
    const directory = await twinDirectory(inspection, expected)
    const damage = directory
      ? healed(error, key, sizeBytes - footerBytes, sizeBytes)
      : findingOf(error, key, 'none', whole)
    return { directory, damage: [damage] }
  }
}

function placeOf({ streams, frames }: Directory, position: number): Partial<Finding> {
  const frame = frames[position]!
  const held = streams.filter(each => each.firstFrame <= position && each.lastFrame >= position)
  return {
    startByte: frame.startByte,
    endByte: frame.startByte + frame.sizeBytes,
    streams: held.map(each => each.stream),
    startMicros: frame.firstMicros,
    endMicros: frame.lastMicros + 1,
    eventCount: frame.eventCount,
  }
}

interface StoredFrame {
  readonly position: number
  /** As it is, or as parity heals it. */
  readonly raw: Buffer | undefined
  /** Why it cannot be read as it is. */
  readonly error?: unknown
}

/** The frames in order, fetched in ranges of about `verifyAheadBytes`. */
async function* framesOf(
  inspection: Inspection,
  key: string,
  directory: Directory,
): AsyncGenerator<StoredFrame> {
  const { frames } = directory
  const { verifyAheadBytes } = inspection.place.settings
  for (let first = 0; first < frames.length; ) {
    const { startByte } = frames[first]!
    let end = first + 1
    while (end < frames.length && endOf(frames[end]!) - startByte <= verifyAheadBytes) end++
    const range = { start: startByte, end: endOf(frames[end - 1]!) }
    const { bytes } = await fetchObject(inspection, key, { range })
    for (let position = first; position < end; position++) {
      const frame = frames[position]!
      const from = frame.startByte - startByte
      const stored = bytes.subarray(from, from + frame.sizeBytes)
      yield await frameOf(inspection, key, directory, position, stored)
    }
    first = end
  }
}

async function frameOf(
  inspection: Inspection,
  key: string,
  directory: Directory,
  position: number,
  bytes: Buffer,
): Promise<StoredFrame> {
  const frame = directory.frames[position]!
  try {
    return { position, raw: readFrame(bytes, frame) }
  } catch {
    // It may have been damaged on its way only.
  }
  const range = { start: frame.startByte, end: endOf(frame) }
  try {
    const raw = readFrame((await fetchObject(inspection, key, { range })).bytes, frame)
    return { position, raw }
  } catch (error) {
    if (!(error instanceof ArchiveError) || error.code !== 'corrupt') throw error
    return { position, raw: await healedFrame(inspection, key, directory, frame), error }
  }
}

function endOf(frame: FrameEntry): number {
  return frame.startByte + frame.sizeBytes
}

/** What a directory says otherwise than what refers to it. */
function contradictions(
  { key, sizeBytes: _size, footerBytes: _footer, ...expected }: ExpectedBucket,
  directory: Directory,
): Finding[] {
  const { eventCount, firstMicros, lastMicros } = directory
  return differences({ eventCount, firstMicros, lastMicros }, expected).map(reason => ({
    kind: 'contradiction',
    object: key,
    reason,
    remedy: 'none',
  }))
}
