import { crc32 } from 'node:zlib'
import { ArchiveError } from '../core/errors.ts'
import type { ParityGroup } from './parity.ts'
import { decodeGroups, encodeGroups } from './parity-table.ts'

/** docs/format.md, section 4. */
const signature = 'VRV1'
/** Of a directory with a parity table. */
const paritySignature = 'VRV2'
const headBytes = 44
const frameBytes = 40
const streamBytes = 29
const checksumBytes = 4

export interface FrameEntry {
  /** Where the frame begins in the object. */
  readonly startByte: number
  readonly sizeBytes: number
  readonly rawBytes: number
  readonly checksum: number
  readonly eventCount: number
  /** Events that carry an `@id`. */
  readonly idCount: number
  /** Position of its first stream in the directory's streams. */
  readonly firstStream: number
  /** Times of the earliest and latest event, both included. */
  readonly firstMicros: number
  readonly lastMicros: number
}

export interface StreamEntry {
  readonly stream: string
  /** Positions of its first and last frame, both included. */
  readonly firstFrame: number
  readonly lastFrame: number
  readonly eventCount: number
  readonly firstMicros: number
  readonly lastMicros: number
}

/** What supersedes what, for a rebuild without catalog. */
export interface Lineage {
  /** Number of buckets the job made; only the last of them knows. */
  readonly outputs?: number
  /** Identities of batches or ids of runs; only the first bucket says. */
  readonly inputs?: readonly string[]
}

export interface Directory {
  /** Which object this is the footer of: the batch's identity, or job and number of the output. */
  readonly owner: string
  readonly eventCount: number
  readonly idCount: number
  readonly rawBytes: number
  readonly firstMicros: number
  readonly lastMicros: number
  readonly frames: readonly FrameEntry[]
  readonly streams: readonly StreamEntry[]
  readonly lineage?: Lineage
  /** Absent: the bucket has no parity. */
  readonly parity?: readonly ParityGroup[]
}

export function encodeDirectory(directory: Directory): Buffer {
  const { frames, streams } = directory
  const parity = encodeGroups(directory.parity ?? [])
  const lineage = directory.lineage
    ? Buffer.from(JSON.stringify(directory.lineage))
    : Buffer.alloc(0)
  const namesBytes = streams.reduce((sum, each) => sum + each.stream.length, 0)
  const out = Buffer.alloc(
    headBytes +
      frames.length * frameBytes +
      streams.length * streamBytes +
      namesBytes +
      directory.owner.length +
      lineage.length +
      parity.length +
      9,
  )
  out.write(directory.parity ? paritySignature : signature, 'latin1')
  const words = [frames.length, streams.length, directory.eventCount, directory.idCount]
  words.forEach((word, i) => {
    out.writeUInt32LE(word, 4 + 4 * i)
  })
  writeTime(out, 20, directory.rawBytes)
  writeTime(out, 28, directory.firstMicros)
  writeTime(out, 36, directory.lastMicros)
  let at = headBytes
  for (const frame of frames) at = writeFrame(out, at, frame)
  for (const stream of streams) at = writeStream(out, at, stream)
  at = out.writeUInt8(directory.owner.length, at)
  at += out.write(directory.owner, at, 'latin1')
  at = out.writeUInt32LE(lineage.length, at)
  at += lineage.copy(out, at)
  at += parity.copy(out, at)
  out.writeUInt32LE(crc32(out.subarray(0, at)), at)
  return out
}

function writeFrame(out: Buffer, start: number, frame: FrameEntry): number {
  const { sizeBytes, rawBytes, checksum, eventCount, idCount, firstStream } = frame
  const words = [sizeBytes, rawBytes, checksum, eventCount, idCount, firstStream]
  words.forEach((word, i) => {
    out.writeUInt32LE(word, start + 4 * i)
  })
  writeTime(out, start + 24, frame.firstMicros)
  writeTime(out, start + 32, frame.lastMicros)
  return start + frameBytes
}

function writeStream(out: Buffer, start: number, entry: StreamEntry): number {
  let at = out.writeUInt8(entry.stream.length, start)
  at += out.write(entry.stream, at, 'latin1')
  at = out.writeUInt32LE(entry.firstFrame, at)
  at = out.writeUInt32LE(entry.lastFrame, at)
  at = out.writeUInt32LE(entry.eventCount, at)
  writeTime(out, at, entry.firstMicros)
  writeTime(out, at + 8, entry.lastMicros)
  return at + 16
}

function writeTime(out: Buffer, at: number, micros: number): void {
  out.writeUInt32LE(micros % 2 ** 32, at)
  out.writeUInt32LE(Math.floor(micros / 2 ** 32), at + 4)
}

function readTime(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32
}

/** Bytes of a directory without lineage and parity: see `footerSizeBytes`. */
export function directorySizeBytes(
  frameCount: number,
  streamNames: Iterable<string>,
  ownerBytes: number,
): number {
  let sizeBytes = headBytes + frameCount * frameBytes + ownerBytes + 9
  for (const name of streamNames) sizeBytes += streamBytes + name.length
  return sizeBytes
}

/** Throws `corrupt`. What it says may still contradict itself: see `checkDirectory`. */
export function decodeDirectory(content: Buffer): Directory {
  const checksumAt = content.length - checksumBytes
  const begins = content.toString('latin1', 0, 4)
  if (content.length < headBytes + 8 || ![signature, paritySignature].includes(begins)) {
    throw fault(`its directory does not begin with ${signature} or ${paritySignature}`)
  }
  const found = crc32(content.subarray(0, checksumAt))
  const expected = content.readUInt32LE(checksumAt)
  if (found !== expected) {
    throw fault(`checksum is ${found.toString(16)}, expected ${expected.toString(16)}`)
  }
  try {
    return decodeFields(content, checksumAt)
  } catch (cause) {
    // Its checksum is right, so it was written like this: counts that pass the end, other JSON.
    throw fault('its fields contradict each other', cause)
  }
}

function decodeFields(content: Buffer, checksumAt: number): Directory {
  const frames: FrameEntry[] = []
  const streams: StreamEntry[] = []
  let at = headBytes
  let startByte = 0
  for (let i = content.readUInt32LE(4); i > 0; i--, at += frameBytes) {
    const frame = readFrame(content, at, startByte)
    startByte += frame.sizeBytes
    frames.push(frame)
  }
  for (let i = content.readUInt32LE(8); i > 0; i--) {
    const entry = readStream(content, at)
    at += streamBytes + entry.stream.length
    streams.push(entry)
  }
  const ownerEnd = at + 1 + content.readUInt8(at)
  const owner = content.toString('latin1', at + 1, ownerEnd)
  at = ownerEnd
  const lineageEnd = at + 4 + content.readUInt32LE(at)
  const hasParity = content.toString('latin1', 0, 4) === paritySignature
  if (hasParity ? lineageEnd > checksumAt : lineageEnd !== checksumAt) {
    throw fault(`it ends at ${lineageEnd}, expected ${checksumAt}`)
  }
  const lineage = content.toString('utf8', at + 4, lineageEnd)
  const parity = hasParity
    ? decodeGroups(content.subarray(lineageEnd, checksumAt), frames, startByte)
    : undefined
  return {
    owner,
    eventCount: content.readUInt32LE(12),
    idCount: content.readUInt32LE(16),
    rawBytes: readTime(content, 20),
    firstMicros: readTime(content, 28),
    lastMicros: readTime(content, 36),
    frames,
    streams,
    ...(lineage && { lineage: JSON.parse(lineage) as Lineage }),
    ...(parity && { parity }),
  }
}

function readFrame(bytes: Buffer, at: number, startByte: number): FrameEntry {
  return {
    startByte,
    sizeBytes: bytes.readUInt32LE(at),
    rawBytes: bytes.readUInt32LE(at + 4),
    checksum: bytes.readUInt32LE(at + 8),
    eventCount: bytes.readUInt32LE(at + 12),
    idCount: bytes.readUInt32LE(at + 16),
    firstStream: bytes.readUInt32LE(at + 20),
    firstMicros: readTime(bytes, at + 24),
    lastMicros: readTime(bytes, at + 32),
  }
}

function readStream(bytes: Buffer, start: number): StreamEntry {
  const length = bytes.readUInt8(start)
  const at = start + 1 + length
  return {
    stream: bytes.toString('latin1', start + 1, at),
    firstFrame: bytes.readUInt32LE(at),
    lastFrame: bytes.readUInt32LE(at + 4),
    eventCount: bytes.readUInt32LE(at + 8),
    firstMicros: readTime(bytes, at + 12),
    lastMicros: readTime(bytes, at + 20),
  }
}

function fault(what: string, cause?: unknown): ArchiveError {
  return new ArchiveError('corrupt', `bucket footer cannot be read: ${what}`, { cause })
}
