import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { ArchiveError } from '../core/errors.ts'

/** Largest output buffer taken at once: a size read from damaged bytes must not take memory. */
const chunkBytesMax = 16 * 2 ** 20
const chunkBytesMin = 64

/**
 * Levels 6 to 12 search alike. What logs repeat is long: matches from six bytes on, looked for
 * twice as often in a table that stays in a core's cache, take less time and fewer bytes (decision
 * 53).
 */
const searchingLevels = { from: 6, to: 12 }
const logMatches = {
  [constants.ZSTD_c_minMatch]: 6,
  [constants.ZSTD_c_hashLog]: 18,
  [constants.ZSTD_c_searchLog]: 5,
}

/** One standard zstd frame with content size and checksum (RFC 8878). */
export function compressFrame(raw: Uint8Array, level: number): Buffer {
  const isSearching = level >= searchingLevels.from && level <= searchingLevels.to
  const frame = zstdCompressSync(raw, {
    params: {
      ...(isSearching && logMatches),
      [constants.ZSTD_c_compressionLevel]: level,
      [constants.ZSTD_c_checksumFlag]: 1,
      [constants.ZSTD_c_contentSizeFlag]: 1,
    },
    pledgedSrcSize: raw.length,
    // One chunk that always suffices saves the joining of many small ones.
    chunkSize: chunkFor(compressBound(raw.length)),
  })
  // The frame alone is kept, not the chunk around it.
  return Buffer.from(frame)
}

/** Most bytes that zstd may make of so many; untouched pages of them cost nothing. */
function compressBound(rawBytes: number): number {
  return rawBytes + (rawBytes >> 8) + 512
}

function chunkFor(outputBytes: number): number {
  // A chunk filled to its last byte makes Node take another.
  return Math.min(chunkBytesMax, Math.max(chunkBytesMin, outputBytes + 1))
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
      chunkSize: chunkFor(rawSizeBytes),
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
