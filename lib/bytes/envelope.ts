import { crc32 } from 'node:zlib'
import { ArchiveError } from '../core/errors.ts'
import { compressFrame, decompressFrame } from './zstd.ts'

/**
 * A small object that is read whole (docs/format.md, section 5): a skippable frame that holds raw
 * size and CRC-32 of what follows, then one zstd frame. `zstd -dc` prints it.
 */
const magic = 0x184d2a57
const headBytes = 16
const level = 3

export function wrap(raw: Uint8Array): Buffer {
  const frame = compressFrame(raw, level)
  const head = Buffer.alloc(headBytes)
  head.writeUInt32LE(magic, 0)
  head.writeUInt32LE(headBytes - 8, 4)
  head.writeUInt32LE(raw.length, 8)
  head.writeUInt32LE(crc32(frame), 12)
  return Buffer.concat([head, frame])
}

/**
 * The bytes back. `name` is for the message. Throws `corrupt`, also when the raw size passes the
 * limit.
 */
export function unwrap(bytes: Buffer, name: string, rawBytesMax: number): Buffer {
  const fault = (what: string) => new ArchiveError('corrupt', `${name}: ${what}`)
  if (bytes.length < headBytes || bytes.readUInt32LE(0) !== magic || bytes.readUInt32LE(4) !== 8) {
    throw fault(`its ${bytes.length} bytes do not begin as they should`)
  }
  const frame = bytes.subarray(headBytes)
  const found = crc32(frame)
  const expected = bytes.readUInt32LE(12)
  if (found !== expected) {
    throw fault(`checksum is ${found.toString(16)}, expected ${expected.toString(16)}`)
  }
  const rawBytes = bytes.readUInt32LE(8)
  if (rawBytes > rawBytesMax) throw fault(`${rawBytes} bytes, expected at most ${rawBytesMax}`)
  return decompressFrame(frame, rawBytes)
}
