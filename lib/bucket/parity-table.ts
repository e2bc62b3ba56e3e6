import { skippableHeadBytes } from '../bytes/skippable.ts'
import { ArchiveError } from '../core/errors.ts'
import type { FrameEntry } from './directory.ts'
import type { ParityGroup } from './parity.ts'

/** What a directory says of parity (docs/format.md, section 4). */
const groupBytes = 8

/** Without groups nothing. */
export function encodeGroups(groups: readonly ParityGroup[]): Buffer {
  if (groups.length === 0) return Buffer.alloc(0)
  const out = Buffer.alloc(4 + groups.length * groupBytes)
  let at = out.writeUInt32LE(groups.length, 0)
  for (const { frames, checksum } of groups) {
    at = out.writeUInt32LE(frames.length, at)
    at = out.writeUInt32LE(checksum, at)
  }
  return out
}

/** The groups of these frames; their parity lies behind the frames, from byte `startByte` on. */
export function decodeGroups(
  table: Buffer,
  frames: readonly FrameEntry[],
  startByte: number,
): ParityGroup[] {
  const count = table.readUInt32LE(0)
  if (table.length !== 4 + count * groupBytes)
    throw fault(`${count} groups in ${table.length} bytes`)
  const groups: ParityGroup[] = []
  let next = 0
  let end = startByte
  for (let at = 4; at < table.length; at += groupBytes) {
    const own = frames.slice(next, next + table.readUInt32LE(at))
    if (own.length === 0) throw fault('a group without frames')
    next += own.length
    const sizeBytes = longestOf(own)
    const checksum = table.readUInt32LE(at + 4)
    groups.push({ startByte: end + skippableHeadBytes, sizeBytes, checksum, frames: own })
    end += skippableHeadBytes + sizeBytes
  }
  if (next === frames.length) return groups
  throw fault(`groups of ${next} frames, expected ${frames.length}`)
}

export function longestOf(frames: readonly FrameEntry[]): number {
  return frames.reduce((most, { sizeBytes }) => Math.max(most, sizeBytes), 0)
}

function fault(what: string): ArchiveError {
  return new ArchiveError('corrupt', `bucket footer cannot be read: its parity has ${what}`)
}
