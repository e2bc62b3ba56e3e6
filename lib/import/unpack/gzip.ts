import { createGunzip } from 'node:zlib'
import { damage } from './damage.ts'
import { decodeWith } from './decoder.ts'

export function isGzip(beginning: Buffer): boolean {
  return beginning[0] === 0x1f && beginning[1] === 0x8b
}

// Deflate gives at most 1,032 bytes for one.
const sliceBytes = 4096

/**
 * Decodes a gzip file of any number of members. Throws `corrupt` with the offset in the compressed
 * bytes where damage was noticed; up to 16 KiB decoded just before that place are not yielded.
 */
export async function* gunzip(
  chunks: AsyncIterable<Buffer>,
  fileName: string,
): AsyncGenerator<Buffer> {
  const decoder = createGunzip()
  try {
    yield* decodeWith(decoder, chunks, sliceBytes)
  } catch (cause) {
    if (!isZlibError(cause)) throw cause
    throw damage(fileName, decoder.bytesWritten, `gzip: ${cause.message}`, cause)
  }
}

export function isZlibError(error: unknown): error is Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code.startsWith('Z_') || code.startsWith('ZSTD_')
}
