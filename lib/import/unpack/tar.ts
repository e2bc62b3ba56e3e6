import type { ByteSource } from './byte-source.ts'
import { type DamageFound, damage } from './damage.ts'

const blockBytes = 512
const paxBytesMax = 1 << 20

/**
 * One regular file of a tar archive; its chunks must be read, or skipped, before the next member.
 */
export interface TarMember {
  readonly name: string
  readonly sizeBytes: number
  readonly chunks: AsyncIterable<Buffer>
}

/** `ustar` at 257, as POSIX and GNU tar write it. */
export function isTar(beginning: Buffer): boolean {
  return beginning.length >= blockBytes && beginning.toString('latin1', 257, 262) === 'ustar'
}

/**
 * The regular files of a tar archive (ustar, with pax and GNU long names). Directories, links and
 * devices are passed over. Throws `corrupt` with the offset in the archive where it ends too
 * early or a header's checksum is wrong; ends once damage was found elsewhere.
 */
export async function* tarMembers(
  source: ByteSource,
  fileName: string,
  found: DamageFound,
): AsyncGenerator<TarMember> {
  let extended: Extended = {}
  for (;;) {
    const start = source.position
    const header = await source.take(blockBytes)
    checkLength(header, start, fileName)
    if (header.every(byte => byte === 0)) {
      await source.skip(Number.MAX_SAFE_INTEGER)
      return
    }
    checkSum(header, start, fileName)
    const type = String.fromCharCode(header[156]!)
    const sizeBytes = extended.sizeBytes ?? number(header, 124, 12)
    const reading = { left: sizeBytes }
    if (type === 'x' || type === 'L') {
      const content = await takeExtended(source, sizeBytes, fileName)
      extended = { ...extended, ...(type === 'x' ? paxRecords(content) : { name: text(content) }) }
    } else {
      const name = extended.name ?? nameOf(header)
      extended = {}
      if (type === '0' || type === '\0' || type === '7') {
        yield { name, sizeBytes, chunks: memberChunks(source, reading, name, fileName) }
        if (found.error) return
      }
      await skipAll(source, reading.left, fileName)
    }
    await source.skip(-sizeBytes & (blockBytes - 1))
  }
}

interface Extended {
  readonly name?: string
  readonly sizeBytes?: number
}

function checkLength(header: Buffer, start: number, fileName: string): void {
  if (header.length === blockBytes) return
  throw damage(
    fileName,
    start,
    'tar: the archive ends without its end mark, members may be missing',
  )
}

function checkSum(header: Buffer, start: number, fileName: string): void {
  let sum = 8 * 0x20
  for (let at = 0; at < blockBytes; at++) if (at < 148 || at >= 156) sum += header[at]!
  if (sum !== number(header, 148, 8)) {
    throw damage(fileName, start, 'tar: this is no header, its checksum is wrong')
  }
}

/** Octal digits, or GNU's base 256 for sizes of 8 GiB and more. */
function number(header: Buffer, start: number, length: number): number {
  if (header[start]! & 0x80) return header.readUIntBE(start + length - 6, 6)
  return Number.parseInt(text(header.subarray(start, start + length)).trim() || '0', 8)
}

function text(bytes: Buffer): string {
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end)
}

function nameOf(header: Buffer): string {
  const prefix = text(header.subarray(345, 500))
  const name = text(header.subarray(0, 100))
  // GNU's own headers say `ustar ` instead of `ustar\0` and use the prefix for other things.
  return prefix && header[262] === 0 ? `${prefix}/${name}` : name
}

/** pax: records of `length key=value\n`. */
function paxRecords(content: Buffer): Extended {
  const found: { name?: string; sizeBytes?: number } = {}
  let at = 0
  while (at < content.length) {
    const length = Number.parseInt(content.toString('latin1', at, at + 20), 10)
    if (!(length > 0)) break
    const record = content.toString('utf8', at, at + length - 1)
    const [, key, value = ''] = /^\d+ ([^=]*)=([\s\S]*)$/.exec(record) ?? []
    if (key === 'path') found.name = value
    if (key === 'size') found.sizeBytes = Number(value)
    at += length
  }
  return found
}

async function* memberChunks(
  source: ByteSource,
  reading: { left: number },
  name: string,
  fileName: string,
): AsyncGenerator<Buffer> {
  while (reading.left > 0) {
    const bytes = await source.takeSome(reading.left)
    if (bytes.length === 0) throw endsEarly(source, name, fileName)
    reading.left -= bytes.length
    yield bytes
  }
}

async function takeExtended(source: ByteSource, count: number, fileName: string): Promise<Buffer> {
  if (count > paxBytesMax) {
    throw damage(fileName, source.position, `tar: an extended header of ${count} bytes`)
  }
  return source.takeAll(count, () => endsEarly(source, 'a header', fileName))
}

async function skipAll(source: ByteSource, count: number, fileName: string): Promise<void> {
  if ((await source.skip(count)) < count) throw endsEarly(source, 'a member', fileName)
}

function endsEarly(source: ByteSource, what: string, fileName: string) {
  return damage(fileName, source.position, `tar: the archive ends in the middle of ${what}`)
}
