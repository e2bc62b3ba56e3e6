import { createZstdDecompress } from 'node:zlib'
import type { ByteSource } from './byte-source.ts'
import { damage } from './damage.ts'
import { Decoder } from './decoder.ts'

const frameMagic = 0xfd2fb528
const blockTypeRunLength = 1
const blockTypeReserved = 3

export function isZstd(beginning: Buffer): boolean {
  if (beginning.length < 4) return false
  const magic = beginning.readUInt32LE(0)
  return magic === frameMagic || isSkippable(magic)
}

function isSkippable(magic: number): boolean {
  return magic >= 0x184d2a50 && magic <= 0x184d2a5f
}

/**
 * Decodes a zstd file of any number of frames, skippable ones included. Node's decoder stops
 * silently after the first frame, so frames are found here, by their block headers (RFC 8878,
 * 3.1.1), and each gets a decoder of its own. Throws `corrupt` with the offset in the compressed
 * bytes.
 */
export async function* unzstd(source: ByteSource, fileName: string): AsyncGenerator<Buffer> {
  for (;;) {
    const start = source.position
    const beginning = await source.look(4)
    if (beginning.length === 0) return
    const magic = beginning.length === 4 ? beginning.readUInt32LE(0) : 0
    if (isSkippable(magic)) await skipFrame(source, fileName)
    else if (magic === frameMagic) yield* decodeFrame(source, fileName, start)
    else throw damage(fileName, start, 'zstd: no frame begins here')
  }
}

async function skipFrame(source: ByteSource, fileName: string): Promise<void> {
  const header = await source.take(8)
  const sizeBytes = header.length === 8 ? header.readUInt32LE(4) : 0
  const skipped = await source.skip(sizeBytes)
  if (header.length < 8 || skipped < sizeBytes) throw endsEarly(source, fileName)
}

async function* decodeFrame(
  source: ByteSource,
  fileName: string,
  start: number,
): AsyncGenerator<Buffer> {
  const decoder = new Decoder(createZstdDecompress())
  try {
    for await (const bytes of frameBytes(source, fileName)) {
      yield* await decoder.write(bytes)
      if (decoder.failed) break
    }
    if (!decoder.failed) yield* await decoder.end()
  } finally {
    decoder.close()
  }
  const { failed } = decoder
  if (!failed) return
  throw damage(fileName, start, `zstd: ${failed.message} in the frame that begins here`, failed)
}

/**
 * The bytes of one frame: header, blocks up to the last one, checksum. A block gives 128 KiB at
 * most.
 */
async function* frameBytes(source: ByteSource, fileName: string): AsyncGenerator<Buffer> {
  const [descriptor = 0] = (await source.look(5)).subarray(4)
  yield await source.takeAll(headerBytes(descriptor), () => endsEarly(source, fileName))
  for (let last = false; !last; ) {
    const header = await source.takeAll(3, () => endsEarly(source, fileName))
    const fields = header.readUIntLE(0, 3)
    last = (fields & 1) === 1
    const type = (fields >> 1) & 3
    if (type === blockTypeReserved) {
      throw damage(fileName, source.position - 3, 'zstd: a block of no known type')
    }
    yield header
    let left = type === blockTypeRunLength ? 1 : fields >> 3
    while (left > 0) {
      const bytes = await source.takeSome(left)
      if (bytes.length === 0) throw endsEarly(source, fileName)
      yield bytes
      left -= bytes.length
    }
  }
  if (descriptor & 4) yield await source.takeAll(4, () => endsEarly(source, fileName))
}

/** Magic, descriptor, window, dictionary id and content size (RFC 8878, 3.1.1.1). */
function headerBytes(descriptor: number): number {
  const singleSegment = (descriptor & 0x20) !== 0
  const dictionaryIdBytes = [0, 1, 2, 4][descriptor & 3]!
  const sizeFlag = descriptor >> 6
  const contentSizeBytes = sizeFlag === 0 ? (singleSegment ? 1 : 0) : 1 << sizeFlag
  return 4 + 1 + (singleSegment ? 0 : 1) + dictionaryIdBytes + contentSizeBytes
}

function endsEarly(source: ByteSource, fileName: string) {
  return damage(fileName, source.position, 'zstd: the file ends in the middle of a frame')
}
