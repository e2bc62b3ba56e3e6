import { ArchiveError } from '../core/errors.ts'
import { ByteSource } from '../import/unpack/byte-source.ts'
import { gunzip, isGzip } from '../import/unpack/gzip.ts'
import { isZstd, unzstd } from '../import/unpack/zstd.ts'

/**
 * A payload without its compression: gzip of any number of members, zstd of any number of frames,
 * or as it is. Text: why it cannot be unpacked, or that it would be larger than `bytesMax`.
 */
export async function unpackPayload(payload: Buffer, bytesMax: number): Promise<Buffer | string> {
  const unpack = isGzip(payload) ? gunzip : isZstd(payload) ? unzstd : undefined
  if (!unpack) return payload
  const chunks: Buffer[] = []
  let sizeBytes = 0
  try {
    for await (const chunk of unpack(new ByteSource(once(payload)), 'the payload')) {
      sizeBytes += chunk.length
      if (sizeBytes > bytesMax) return `the payload unpacks to more than ${bytesMax} bytes`
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof ArchiveError && error.code === 'corrupt') return error.message
    throw error
  }
  return Buffer.concat(chunks, sizeBytes)
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
