import { crc32 } from 'node:zlib'
import { ArchiveError } from '../core/errors.ts'
import { checkDirectory } from './check-directory.ts'

/** docs/format.md, sections 3 and 4. */
const directoryMagic = 0x184d2a56
const seekTableMagic = 0x184d2a5e
const seekableMagic = 0x8f92eab1
const signature = 'VRV1'
const headBytes = 44
const frameBytes = 40
const streamBytes = 29
const skippableHeadBytes = 8

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
}

/** The footer: directory and seek table, each a skippable frame. */
export function encodeFooter(directory: Directory): Buffer {
  const content = encodeDirectory(directory)
  const framed = skippable(directoryMagic, content)
  return Buffer.concat([framed, encodeSeekTable(directory.frames, framed.length)])
}

function encodeDirectory(directory: Directory): Buffer {
  const { frames, streams } = directory
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
      9,
  )
  out.write(signature, 'latin1')
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

function skippable(magic: number, content: Buffer): Buffer {
  const head = Buffer.alloc(skippableHeadBytes)
  head.writeUInt32LE(magic, 0)
  head.writeUInt32LE(content.length, 4)
  return Buffer.concat([head, content])
}

/** Zstandard seekable format, version 0.1.1: sizes of all frames, our directory as an empty one. */
function encodeSeekTable(frames: readonly FrameEntry[], directoryFrameBytes: number): Buffer {
  const content = Buffer.alloc((frames.length + 1) * 8 + 9)
  let at = 0
  for (const frame of frames) {
    at = content.writeUInt32LE(frame.sizeBytes, at)
    at = content.writeUInt32LE(frame.rawBytes, at)
  }
  at = content.writeUInt32LE(directoryFrameBytes, at)
  at = content.writeUInt32LE(0, at)
  at = content.writeUInt32LE(frames.length + 1, at)
  at = content.writeUInt8(0, at)
  content.writeUInt32LE(seekableMagic, at)
  return skippable(seekTableMagic, content)
}

/** Bytes of a footer without lineage: of this many frames, these streams and this owner. */
export function footerSizeBytes(
  frameCount: number,
  streamNames: Iterable<string>,
  ownerBytes: number,
): number {
  let directory = skippableHeadBytes + headBytes + frameCount * frameBytes + ownerBytes + 9
  for (const name of streamNames) directory += streamBytes + name.length
  return directory + skippableHeadBytes + (frameCount + 1) * 8 + 9
}

/**
 * Reads the footer from the last bytes of the object of this owner. A number: this many bytes are
 * needed instead. Throws `corrupt` with what was found and expected, also for another's footer.
 */
export function decodeFooter(tail: Buffer, objectBytes: number, owner: string): Directory | number {
  const seekBytes = seekTableBytes(tail)
  if (seekBytes > objectBytes) throw fault('its seek table is longer than the object')
  if (seekBytes > tail.length) return seekBytes
  const entriesStart = tail.length - seekBytes + skippableHeadBytes
  const directoryFrameBytes = tail.readUInt32LE(tail.length - 9 - 8)
  const footerBytes = seekBytes + directoryFrameBytes
  if (footerBytes > objectBytes) throw fault('its directory is longer than the object')
  if (footerBytes > tail.length) return footerBytes
  const start = tail.length - footerBytes
  if (
    tail.readUInt32LE(start) !== directoryMagic ||
    tail.readUInt32LE(start + 4) !== directoryFrameBytes - skippableHeadBytes
  ) {
    throw fault('its directory does not begin where the seek table says')
  }
  const content = tail.subarray(start + skippableHeadBytes, start + directoryFrameBytes)
  const directory = decodeDirectory(content)
  checkDirectory(directory)
  if (directory.owner !== owner) throw fault(`it is that of ${directory.owner}, expected ${owner}`)
  if (
    !encodeSeekTable(directory.frames, directoryFrameBytes).equals(tail.subarray(entriesStart - 8))
  ) {
    throw fault('its seek table and its directory differ')
  }
  const dataBytes = directory.frames.reduce((sum, frame) => sum + frame.sizeBytes, 0)
  if (dataBytes + footerBytes !== objectBytes) {
    throw fault(`it has ${objectBytes} bytes, expected ${dataBytes + footerBytes}`)
  }
  return directory
}

function seekTableBytes(tail: Buffer): number {
  if (tail.length < skippableHeadBytes + 9 + 8) throw fault(`${tail.length} bytes cannot hold one`)
  const magic = tail.readUInt32LE(tail.length - 4)
  if (magic !== seekableMagic || tail[tail.length - 5] !== 0) {
    throw fault(`it ends with ${magic.toString(16)}, expected ${seekableMagic.toString(16)}`)
  }
  const entries = tail.readUInt32LE(tail.length - 9)
  if (entries === 0) throw fault('its seek table is empty')
  return skippableHeadBytes + entries * 8 + 9
}

function decodeDirectory(content: Buffer): Directory {
  const checksumAt = content.length - 4
  if (content.length < headBytes + 8 || content.toString('latin1', 0, 4) !== signature) {
    throw fault(`its directory does not begin with ${signature}`)
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
  if (lineageEnd !== checksumAt) throw fault(`it ends at ${lineageEnd}, expected ${checksumAt}`)
  const lineage = content.toString('utf8', at + 4, checksumAt)
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
