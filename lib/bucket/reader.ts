import { crc32 } from 'node:zlib'
import { decompressFrame } from '../bytes/zstd.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Directory, FrameEntry } from './directory.ts'
import { decodeFooter } from './footer.ts'

/** The directory of the bucket of this owner, held whole. Throws `corrupt`. */
export function openBucket(object: Buffer, owner: string): Directory {
  const directory = decodeFooter(object, object.length, owner)
  if (typeof directory === 'number') throw new ArchiveError('corrupt', 'bucket is cut off')
  return directory
}

/** What must be known of a frame to read it. */
export type StoredFrame = Pick<FrameEntry, 'startByte' | 'sizeBytes' | 'rawBytes' | 'checksum'>

/**
 * The lines of one frame, verified: its checksum, its exact size, zstd's own checksum. `compressed`
 * is just the frame. Throws `corrupt` with what was found and expected.
 */
export function readFrame(compressed: Buffer, frame: StoredFrame): Buffer {
  if (compressed.length !== frame.sizeBytes) {
    throw new ArchiveError(
      'corrupt',
      `frame at ${frame.startByte} has ${compressed.length} bytes, expected ${frame.sizeBytes}`,
    )
  }
  const checksum = crc32(compressed)
  if (checksum !== frame.checksum) {
    throw new ArchiveError(
      'corrupt',
      `frame at ${frame.startByte}: checksum is ${checksum.toString(16)}, ` +
        `expected ${frame.checksum.toString(16)}`,
    )
  }
  return decompressFrame(compressed, frame.rawBytes)
}
