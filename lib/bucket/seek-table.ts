import { skippableFrame, skippableHeadBytes } from '../bytes/skippable.ts'

/** The Zstandard seekable format, version 0.1.1, without checksums (docs/format.md, section 3). */
const magic = 0x184d2a5e
const endMagic = 0x8f92eab1
const entryBytes = 8
const endBytes = 9

/** Shortest table: one entry. */
export const seekTableBytesMin = seekTableBytesOf(1)

/** A frame of any kind; a skippable one has 0 raw bytes. */
export interface SeekEntry {
  readonly sizeBytes: number
  readonly rawBytes: number
}

export function encodeSeekTable(entries: readonly SeekEntry[]): Buffer {
  const content = Buffer.alloc(entries.length * entryBytes + endBytes)
  let at = 0
  for (const { sizeBytes, rawBytes } of entries) {
    at = content.writeUInt32LE(sizeBytes, at)
    at = content.writeUInt32LE(rawBytes, at)
  }
  at = content.writeUInt32LE(entries.length, at)
  at = content.writeUInt8(0, at)
  content.writeUInt32LE(endMagic, at)
  return skippableFrame(magic, content)
}

export function seekTableBytesOf(entryCount: number): number {
  return skippableHeadBytes + entryCount * entryBytes + endBytes
}

/** What the last bytes of an object say of the seek table that ends there. */
export interface SeekTableEnd {
  readonly sizeBytes: number
  /** Stored size of the last frame that it names. */
  readonly lastFrameBytes: number
}

/** A text: what is wrong with it. `tail` has `seekTableBytesMin` bytes at least. */
export function readSeekTableEnd(tail: Buffer): SeekTableEnd | string {
  const found = tail.readUInt32LE(tail.length - 4)
  if (found !== endMagic || tail[tail.length - 5] !== 0) {
    return `it ends with ${found.toString(16)}, expected ${endMagic.toString(16)}`
  }
  const entryCount = tail.readUInt32LE(tail.length - endBytes)
  if (entryCount === 0) return 'its seek table is empty'
  const lastFrameBytes = tail.readUInt32LE(tail.length - endBytes - entryBytes)
  return { sizeBytes: seekTableBytesOf(entryCount), lastFrameBytes }
}
