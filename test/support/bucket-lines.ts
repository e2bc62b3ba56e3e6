import { crc32, zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { BucketBuilder, encodeBucket } from '../../lib/bucket/builder.ts'
import type { Lineage } from '../../lib/bucket/directory.ts'
import { openBucket, readFrame } from '../../lib/bucket/reader.ts'
import { anyText } from './any-text.ts'
import { spellingOf } from './json-spelling.ts'

/** What a line says, by JSON.parse. */
export interface ParsedLine {
  readonly time: number
  readonly stream: string
  readonly id: string | undefined
}

export function parseLine(line: string): ParsedLine {
  const event = JSON.parse(line)
  return { time: event['@time'], stream: event['@stream'], id: event['@id'] }
}

/** Order of lines by docs/format.md, section 2, and nothing of the code under test. */
export function lineOrder(a: string, b: string): number {
  const [left, right] = [parseLine(a), parseLine(b)]
  if (left.stream !== right.stream) return left.stream < right.stream ? -1 : 1
  if (left.time !== right.time) return left.time - right.time
  return Buffer.compare(rest(a), rest(b))
}

function rest(line: string): Buffer {
  return Buffer.from(line.slice(line.indexOf('"', line.indexOf('"@stream":"') + 11) + 1))
}

/** A line as the engine stores it, of few streams, times and ids, so that they often meet. */
export const storedLine: fc.Arbitrary<string> = fc
  .record({
    time: fc.oneof(fc.nat(3), fc.constantFrom(1_737_849_605_000_000, Number.MAX_SAFE_INTEGER)),
    stream: fc.constantFrom('a', 'a/b', 'ab', 'user/4711', 'Z', 'x'.repeat(200)),
    id: fc.option(fc.constantFrom('1', '2', 'a"b\\c', 'é', '\ud800'), { freq: 2 }),
    text: anyText(12),
    name: spellingOf('n/ä'),
  })
  .map(({ time, stream, id, text, name }) => {
    const ours = `{"@time":${time},"@stream":"${stream}"${id ? `,"@id":${JSON.stringify(id)}` : ''}`
    return text === '' ? `${ours}}` : `${ours},${name} : ${JSON.stringify(text)}}`
  })

/** Lines in their order; equal ones may be among them. */
export const storedLines = (lengthMax: number): fc.Arbitrary<string[]> =>
  fc.array(storedLine, { minLength: 1, maxLength: lengthMax }).map(lines => lines.sort(lineOrder))

export interface BucketShape {
  readonly owner?: string
  readonly frameBytes?: number
  readonly lineage?: Lineage
  readonly hasParity?: boolean
}

export const testOwner = 'JOB/000000'

export function makeBucket(lines: readonly string[], shape: BucketShape = {}): Buffer {
  const builder = new BucketBuilder({
    frameBytes: shape.frameBytes ?? 2 ** 20,
    compressionLevel: 1,
    hasParity: shape.hasParity ?? false,
  })
  for (const line of lines) {
    const { time, stream, id } = parseLine(line)
    // The line lies somewhere in a larger buffer, as in a frame.
    const bytes = Buffer.from(`…${line}…`)
    const start = Buffer.byteLength('…')
    builder.add(bytes, start, bytes.length - start, time, stream, id !== undefined)
  }
  return encodeBucket(builder.finish(), shape.owner ?? testOwner, shape.lineage)
}

/** All lines, read by the code under test. */
export function linesOfBucket(object: Buffer, owner = testOwner): string[] {
  const frames = openBucket(object, owner).frames.map(frame =>
    readFrame(object.subarray(frame.startByte, frame.startByte + frame.sizeBytes), frame),
  )
  return splitLines(Buffer.concat(frames))
}

export function splitLines(raw: Buffer): string[] {
  return raw.toString().split('\n').slice(0, -1)
}

/** Entry of a seek table: where a frame lies and what it holds when decoded. */
export interface SeekEntry {
  readonly start: number
  readonly sizeBytes: number
  readonly rawBytes: number
}

/** The seek table of any file of the public Zstandard seekable format 0.1.1, read by its text. */
export function decodeSeekTable(file: Buffer): SeekEntry[] {
  const fail = (what: string) => {
    throw new Error(`not seekable: ${what}`)
  }
  const end = file.length
  if (file.readUInt32LE(end - 4) !== 0x8f92eab1) fail('magic')
  const descriptor = file[end - 5]!
  if ((descriptor & 0b0111_1100) !== 0) fail('reserved bits')
  const entryBytes = descriptor & 0b1000_0000 ? 12 : 8
  const count = file.readUInt32LE(end - 9)
  const tableStart = end - 9 - count * entryBytes
  if (file.readUInt32LE(tableStart - 8) !== 0x184d2a5e) fail('skippable magic')
  if (file.readUInt32LE(tableStart - 4) !== end - tableStart) fail('frame size')
  const entries: SeekEntry[] = []
  let start = 0
  for (let i = 0; i < count; i++) {
    const sizeBytes = file.readUInt32LE(tableStart + i * entryBytes)
    const rawBytes = file.readUInt32LE(tableStart + i * entryBytes + 4)
    entries.push({ start, sizeBytes, rawBytes })
    start += sizeBytes
  }
  if (start !== tableStart - 8) fail('frames do not end where the table begins')
  return entries
}

/** All lines, read without the code under test: what stands in the frames of the seek table. */
export function linesBySeekTable(file: Buffer): string[] {
  const raw = decodeSeekTable(file)
    .filter(entry => entry.rawBytes > 0)
    .map(({ start, sizeBytes }) => zstdDecompressSync(file.subarray(start, start + sizeBytes)))
  return splitLines(Buffer.concat(raw))
}

/** Where the directory's content lies in an object. */
export function directorySpan(object: Buffer): readonly [start: number, end: number] {
  const { start, sizeBytes } = decodeSeekTable(object).at(-1)!
  return [start + 8, start + sizeBytes]
}

/** The object with its directory changed and a checksum that agrees. */
export function withDirectory(object: Buffer, change: (content: Buffer) => void): Buffer {
  const copy = Buffer.from(object)
  const content = copy.subarray(...directorySpan(copy))
  change(content)
  content.writeUInt32LE(crc32(content.subarray(0, -4)), content.length - 4)
  return copy
}
