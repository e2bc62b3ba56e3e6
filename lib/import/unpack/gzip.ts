import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib'
import type { ByteSource } from './byte-source.ts'
import { damage } from './damage.ts'
import { Decoder } from './decoder.ts'

// Deflate gives at most 1,032 bytes for one; small slices also lose little when one cannot be
// decoded.
const sliceBytes = 1024

export function isGzip(beginning: Buffer): boolean {
  return beginning[0] === 0x1f && beginning[1] === 0x8b
}

/**
 * Decodes a gzip file of any number of members (RFC 1952); zeros may follow the last. Throws
 * `corrupt` with the offset in the compressed bytes. A member with a wrong checksum is yielded
 * whole before that; deflate data that cannot be decoded is named by the KiB it is in, and of
 * what was decoded just before it up to 16 KiB are not yielded.
 */
export async function* gunzip(source: ByteSource, fileName: string): AsyncGenerator<Buffer> {
  for (let first = true; ; first = false) {
    const start = source.position
    const beginning = await source.look(2)
    if (beginning.length === 0) return
    if (!first && beginning[0] === 0) return skipPadding(source, fileName)
    if (!isGzip(beginning)) throw damage(fileName, start, 'gzip: no member begins here')
    await skipHeader(source, fileName)
    yield* decodeMember(source, fileName)
  }
}

async function skipPadding(source: ByteSource, fileName: string): Promise<void> {
  for await (const bytes of source.rest()) {
    const filled = bytes.findIndex(byte => byte !== 0)
    if (filled < 0) continue
    throw damage(fileName, source.position - bytes.length + filled, 'gzip: no member begins here')
  }
}

async function skipHeader(source: ByteSource, fileName: string): Promise<void> {
  const header = await source.takeAll(10, () => endsEarly(source, fileName))
  const flags = header[3]!
  if (header[2] !== 8) throw damage(fileName, source.position - 8, 'gzip: not deflate')
  if (flags & 4) {
    const size = await source.takeAll(2, () => endsEarly(source, fileName))
    await source.takeAll(size.readUInt16LE(0), () => endsEarly(source, fileName))
  }
  if (flags & 8) await skipText(source, fileName)
  if (flags & 16) await skipText(source, fileName)
  if (flags & 2) await source.takeAll(2, () => endsEarly(source, fileName))
}

/** A name or comment, which ends with a zero. */
async function skipText(source: ByteSource, fileName: string): Promise<void> {
  for (let byte = 1; byte !== 0; ) {
    byte = (await source.takeAll(1, () => endsEarly(source, fileName)))[0]!
  }
}

async function* decodeMember(source: ByteSource, fileName: string): AsyncGenerator<Buffer> {
  const inflate: InflateRaw = createInflateRaw()
  const decoder = new Decoder(inflate)
  let checksum = 0
  let sizeBytes = 0
  try {
    for (let ended = false; !ended; ) {
      const slice = await source.lookSome(sliceBytes)
      if (slice.length === 0) throw endsEarly(source, fileName)
      const consumedBefore = inflate.bytesWritten
      for (const bytes of await decoder.write(slice)) {
        checksum = crc32(bytes, checksum)
        sizeBytes += bytes.length
        yield bytes
      }
      const consumed = inflate.bytesWritten - consumedBefore
      await source.skip(consumed)
      const { failed } = decoder
      if (failed) throw damage(fileName, source.position, `gzip: ${failed.message}`, failed)
      // Deflate knows its own end and leaves what follows.
      ended = consumed < slice.length
    }
  } finally {
    decoder.close()
  }
  const trailer = await source.takeAll(8, () => endsEarly(source, fileName))
  if (trailer.readUInt32LE(0) === checksum && trailer.readUInt32LE(4) === sizeBytes % 2 ** 32)
    return
  throw damage(fileName, source.position - 8, 'gzip: the checksum of the member before is wrong')
}

function endsEarly(source: ByteSource, fileName: string) {
  return damage(fileName, source.position, 'gzip: the file ends in the middle of a member')
}
