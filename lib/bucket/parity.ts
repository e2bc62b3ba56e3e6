import { crc32 } from 'node:zlib'
import { skippableHead } from '../bytes/skippable.ts'
import { ArchiveError } from '../core/errors.ts'
import { defaultSettings } from '../core/settings.ts'
import type { FrameEntry } from './directory.ts'
import { longestOf } from './parity-table.ts'

/**
 * Frames that follow each other and the exclusive or of their stored bytes, shorter ones filled up
 * with zeros: any one of them is that of the parity and all others (docs/format.md, section 3).
 */
export interface ParityGroup {
  /** Where the parity lies in the object, without the head of its skippable frame. */
  readonly startByte: number
  /** As long as the longest of the frames. */
  readonly sizeBytes: number
  readonly checksum: number
  readonly frames: readonly FrameEntry[]
}

const magic = 0x184d2a58

/** Groups of these frames, and the skippable frames that hold their parity, in order. */
export function makeParity(
  entries: readonly FrameEntry[],
  frames: readonly Buffer[],
): { readonly groups: readonly ParityGroup[]; readonly objects: readonly Buffer[] } {
  const groups: ParityGroup[] = []
  const objects: Buffer[] = []
  let end = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  let next = 0
  for (const own of cut(entries)) {
    const parity = Buffer.alloc(longestOf(own))
    for (const frame of frames.slice(next, next + own.length)) mix(parity, frame)
    next += own.length
    const head = parityHead(parity.length)
    const startByte = end + head.length
    groups.push({ startByte, sizeBytes: parity.length, checksum: crc32(parity), frames: own })
    objects.push(head, parity)
    end = startByte + parity.length
  }
  return { groups, objects }
}

/** The head of the skippable frame in front of so many bytes of parity. */
export function parityHead(sizeBytes: number): Buffer {
  return skippableHead(magic, sizeBytes)
}

function* cut(entries: readonly FrameEntry[]): Generator<readonly FrameEntry[]> {
  const { parityFramesMax, parityBytesMax } = defaultSettings
  let group: FrameEntry[] = []
  let sizeBytes = 0
  for (const entry of entries) {
    const isFull = group.length === parityFramesMax || sizeBytes + entry.sizeBytes > parityBytesMax
    if (group.length > 0 && isFull) {
      yield group
      group = []
      sizeBytes = 0
    }
    group.push(entry)
    sizeBytes += entry.sizeBytes
  }
  if (group.length > 0) yield group
}

/** The group that a frame belongs to, if there is parity. */
export function groupOfFrame(
  groups: readonly ParityGroup[] | undefined,
  { startByte }: FrameEntry,
): ParityGroup | undefined {
  return groups?.find(({ frames }) => startByte <= frames.at(-1)!.startByte)
}

/** Brings the bytes [start, end) of the bucket. */
export type ReadBytes = (start: number, end: number) => Promise<Buffer>

/**
 * A damaged frame as it was stored, made of the parity of its group and of the other frames: at
 * most three reads. Throws `corrupt` when more than this frame is damaged.
 */
export async function healFrame(
  group: ParityGroup,
  frame: FrameEntry,
  read: ReadBytes,
): Promise<Buffer> {
  const { startByte, sizeBytes, checksum, frames } = group
  const others = [
    frames.filter(each => each.startByte < frame.startByte),
    frames.filter(each => each.startByte > frame.startByte),
  ].filter(part => part.length > 0)
  const [stored, ...parts] = await Promise.all([
    read(startByte, startByte + sizeBytes),
    ...others.map(part => read(part[0]!.startByte, endOf(part.at(-1)!))),
  ])
  if (crc32(stored!) !== checksum) throw fault('its parity is damaged, too')
  const healed = Buffer.from(stored!)
  others.forEach((part, i) => {
    for (const each of part) mix(healed, intact(each, parts[i]!, part[0]!.startByte))
  })
  const found = healed.subarray(0, frame.sizeBytes)
  const isFilled = healed.subarray(frame.sizeBytes).every(byte => byte === 0)
  if (isFilled && crc32(found) === frame.checksum) return found
  throw fault('it was made of other frames')
}

function intact(frame: FrameEntry, bytes: Buffer, startByte: number): Buffer {
  const own = bytes.subarray(frame.startByte - startByte, endOf(frame) - startByte)
  if (own.length === frame.sizeBytes && crc32(own) === frame.checksum) return own
  throw fault(`the frame at ${frame.startByte} is damaged, too`)
}

function endOf({ startByte, sizeBytes }: FrameEntry): number {
  return startByte + sizeBytes
}

function mix(into: Buffer, bytes: Buffer): void {
  for (let i = 0; i < bytes.length; i++) into[i]! ^= bytes[i]!
}

function fault(why: string): ArchiveError {
  return new ArchiveError('corrupt', `parity does not heal it: ${why}`)
}
