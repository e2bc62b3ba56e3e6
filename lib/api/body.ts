import { promisify } from 'node:util'
import { gunzip, inflate, type ZlibOptions, zstdDecompress } from 'node:zlib'
import { ArchiveError } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import { unsupported } from './unsupported.ts'

/**
 * The request's body, unpacked. Throws `too-large` as soon as a limit is passed, as sent or
 * unpacked, and `invalid` for a body that is not what its `Content-Encoding` says.
 */
export async function readBody(request: Request, settings: Settings): Promise<Buffer> {
  const coding = (request.headers.get('Content-Encoding') ?? 'identity').trim().toLowerCase()
  const decode = decoders[coding]
  if (!decode) {
    throw unsupported(`Content-Encoding ${coding} is unknown`, 'gzip, deflate, zstd or identity')
  }
  const packed = await receive(request, settings.bodyBytesMax)
  if (packed.length === 0) return packed
  try {
    return await decode(packed, settings)
  } catch (error) {
    if (error instanceof ArchiveError) throw error
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge('unpacked body', settings.bodyDecodedBytesMax)
    }
    throw new ArchiveError('invalid', `body is not valid ${coding}: ${(error as Error).message}`, {
      cause: error,
      details: [{ pointer: '/Content-Encoding', detail: `the body is not valid ${coding}` }],
    })
  }
}

async function receive(request: Request, bytesMax: number): Promise<Buffer> {
  if (Number(request.headers.get('Content-Length') ?? 0) > bytesMax)
    throw tooLarge('body', bytesMax)
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of request.body ?? []) {
    sizeBytes += chunk.length
    if (sizeBytes > bytesMax) throw tooLarge('body', bytesMax)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, sizeBytes)
}

function tooLarge(what: string, bytesMax: number): ArchiveError {
  const detail = `the ${what} has more than ${bytesMax} bytes`
  return new ArchiveError('too-large', detail, {
    details: [{ detail, hint: 'send it in several requests' }],
  })
}

type Decoder = (packed: Buffer, settings: Settings) => Promise<Buffer>
type Unpack = (packed: Buffer, options: ZlibOptions) => Promise<unknown>

// Node's gunzip goes through all members by itself.
const unpackGzip = inOnePiece(promisify(gunzip) as Unpack)

const decoders: Readonly<Record<string, Decoder | undefined>> = {
  __proto__: null as never,
  identity: async packed => packed,
  gzip: unpackGzip,
  // RFC 9110, section 8.4.1.3: the same.
  'x-gzip': unpackGzip,
  deflate: inOnePiece(promisify(inflate) as Unpack),
  zstd: unpackZstd,
}

interface Unpacked {
  readonly buffer: Buffer
  readonly engine: { readonly bytesWritten: number }
}

/** Bytes after the end are an error: they may be events. */
function inOnePiece(unpack: Unpack): Decoder {
  return async (packed, { bodyDecodedBytesMax: maxOutputLength }) => {
    const { buffer, engine } = (await unpack(packed, { maxOutputLength, info: true })) as Unpacked
    if (engine.bytesWritten !== packed.length) {
      throw new Error(`it ends at byte ${engine.bytesWritten} of ${packed.length}`)
    }
    return buffer
  }
}

const unpackFrame = promisify(zstdDecompress) as Unpack

/** Frame by frame, since Node's decoder stops after the first and does not say so. */
async function unpackZstd(packed: Buffer, settings: Settings): Promise<Buffer> {
  const { bodyDecodedBytesMax: bytesMax, bodyFramesMax } = settings
  const frames: Buffer[] = []
  let left = bytesMax
  for (let at = 0; at < packed.length; ) {
    if (frames.length >= bodyFramesMax) {
      throw new ArchiveError('too-large', `the body has more than ${bodyFramesMax} zstd frames`)
    }
    const options = { maxOutputLength: Math.max(1, left), info: true }
    const frame = (await unpackFrame(packed.subarray(at), options)) as Unpacked
    if (frame.buffer.length > left) throw tooLarge('unpacked body', bytesMax)
    frames.push(frame.buffer)
    left -= frame.buffer.length
    at += frame.engine.bytesWritten
  }
  return Buffer.concat(frames)
}
