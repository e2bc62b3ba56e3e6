import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { ArchiveError } from '../core/errors.ts'

/** One standard zstd frame with content size and checksum (RFC 8878). */
export function compressFrame(raw: Uint8Array, level: number): Buffer {
  return zstdCompressSync(raw, {
    params: {
      [constants.ZSTD_c_compressionLevel]: level,
      [constants.ZSTD_c_checksumFlag]: 1,
      [constants.ZSTD_c_contentSizeFlag]: 1,
    },
    pledgedSrcSize: raw.length,
  })
}

/**
 * Exactly one frame that must give exactly `rawSizeBytes`. Node's decoder ignores what follows the
 * first frame, so what was consumed and produced is checked. Throws `corrupt`.
 */
export function decompressFrame(frame: Uint8Array, rawSizeBytes: number): Buffer {
  let raw: Buffer
  let consumedBytes: number
  try {
    const done = zstdDecompressSync(frame, {
      maxOutputLength: Math.max(1, rawSizeBytes),
      info: true,
    })
    const { buffer, engine } = done as unknown as {
      buffer: Buffer
      engine: { bytesWritten: number }
    }
    raw = buffer
    consumedBytes = engine.bytesWritten
  } catch (cause) {
    throw new ArchiveError('corrupt', `zstd frame cannot be decoded: ${(cause as Error).message}`, {
      cause,
    })
  }
  if (raw.length !== rawSizeBytes || consumedBytes !== frame.length) {
    throw new ArchiveError(
      'corrupt',
      `zstd frame: ${consumedBytes} of ${frame.length} bytes gave ${raw.length}, ` +
        `expected ${rawSizeBytes}`,
    )
  }
  return raw
}
