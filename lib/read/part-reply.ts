import { compressFrame, decompressFrame } from '../bytes/zstd.ts'
import { ArchiveError } from '../core/errors.ts'
import type { CallCost } from '../store/metering-store.ts'
import type { ShownLines } from './fleet.ts'
import { partVersion } from './part-order.ts'

/** What one call of the scan function made of its order. */
export interface PartReply {
  /**
   * Of the first frames in their order, as many as time and room were enough for; `undefined`: this
   * one could not be read and is left to who asked.
   */
  readonly frames: readonly (PackedLines | undefined)[]
  readonly cost: CallCost
  /** Why frames could not be read, where it was not the frame that was damaged. */
  readonly problem?: string | undefined
}

/**
 * What a frame shows, packed: 0 is nothing at all, else `[lines, raw bytes, matches, fault]`, bytes
 * in base64. Lines are a zstd frame, matches are packed eight a byte; empty: all of them match.
 */
export type PackedLines = 0 | readonly [string, number, string, string?]

/** Lines travel but once: what takes least time is best. */
const packLevel = 1

/** Packs what a frame shows. */
export function packLines({ lines, matches, fault }: ShownLines): PackedLines {
  if (lines.length === 0 && fault === undefined) return 0
  const packed = compressFrame(lines, packLevel).toString('base64')
  const flags = matches ? packFlags(matches).toString('base64') : ''
  return fault === undefined ? [packed, lines.length, flags] : [packed, lines.length, flags, fault]
}

/** About how much room it takes in a reply. */
export function packedBytes(packed: PackedLines | undefined): number {
  return packed ? packed[0].length + packed[2].length + (packed[3]?.length ?? 0) + 24 : 5
}

/** What was packed. Throws `corrupt` when it was not packed so. */
export function unpackLines(packed: PackedLines): ShownLines {
  if (packed === 0) return { lines: Buffer.alloc(0), matches: undefined, fault: undefined }
  const [lines, rawBytes, flags, fault] = packed
  return {
    lines: decompressFrame(Buffer.from(lines, 'base64'), rawBytes),
    matches: flags === '' ? undefined : unpackFlags(Buffer.from(flags, 'base64')),
    fault,
  }
}

function packFlags(flags: Uint8Array): Buffer {
  const packed = Buffer.alloc(Math.ceil(flags.length / 8))
  for (let i = 0; i < flags.length; i++) packed[i >> 3]! |= flags[i]! << (i & 7)
  return packed
}

function unpackFlags(packed: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: packed.length * 8 }, (_, i) => (packed[i >> 3]! >> (i & 7)) & 1)
}

/** The reply as JSON has it. */
export type ReplyJson = Omit<PartReply, 'frames'> & {
  readonly version: number
  readonly frames: readonly (PackedLines | null)[]
}

export function encodeReply(reply: PartReply): ReplyJson {
  const frames = reply.frames.map(frame => frame ?? null)
  return { ...reply, version: partVersion, frames }
}

/** Throws `corrupt` for what is no reply of this version about at most so many frames. */
export function decodeReply(text: string, framesMax: number): PartReply {
  const json = JSON.parse(text) as Partial<ReplyJson> | null
  const { version, frames, cost, problem } = json ?? {}
  if (version !== partVersion || !cost || !Array.isArray(frames) || frames.length > framesMax) {
    const found = `version ${version} about ${frames?.length} frames`
    const expected = `version ${partVersion} about at most ${framesMax}`
    throw new ArchiveError('corrupt', `the reply of a part is of ${found}, expected ${expected}`)
  }
  return { frames: frames.map(frame => frame ?? undefined), cost, problem }
}
