import { skippableFrame, skippableHeadBytes } from '../bytes/skippable.ts'
import { ArchiveError } from '../core/errors.ts'
import { checkDirectory } from './check-directory.ts'
import {
  type Directory,
  decodeDirectory,
  directorySizeBytes,
  encodeDirectory,
} from './directory.ts'
import type { ReadBytes } from './parity.ts'
import {
  encodeSeekTable,
  readSeekTableEnd,
  type SeekTableEnd,
  seekTableBytesMin,
  seekTableBytesOf,
} from './seek-table.ts'

/** docs/format.md, section 3. */
const directoryMagic = 0x184d2a56

/** The footer: directory and seek table, each a skippable frame. */
export function encodeFooter(directory: Directory): Buffer {
  const framed = skippableFrame(directoryMagic, encodeDirectory(directory))
  return Buffer.concat([framed, seekTableOf(directory, framed.length)])
}

/** The directory once more, as it lies in front of the footer of a bucket with parity. */
export function twinOf(footer: Buffer): Buffer {
  return footer.subarray(0, skippableHeadBytes + footer.readUInt32LE(4))
}

/** Sizes of all frames; ours are empty ones, the directory is the last. */
function seekTableOf({ frames, parity }: Directory, directoryFrameBytes: number): Buffer {
  const ours = (parity ?? []).map(each => skippableHeadBytes + each.sizeBytes)
  if (parity) ours.push(directoryFrameBytes)
  ours.push(directoryFrameBytes)
  return encodeSeekTable([...frames, ...ours.map(sizeBytes => ({ sizeBytes, rawBytes: 0 }))])
}

/** Bytes of a footer without lineage and parity: of this many frames, these streams, this owner. */
export function footerSizeBytes(
  frameCount: number,
  streamNames: Iterable<string>,
  ownerBytes: number,
): number {
  const directoryBytes = directorySizeBytes(frameCount, streamNames, ownerBytes)
  return skippableHeadBytes + directoryBytes + seekTableBytesOf(frameCount + 1)
}

/** Bytes of the footer at the end of a whole object. */
export function footerBytesOf(object: Buffer): number {
  const { sizeBytes, lastFrameBytes } = endOf(object)
  return sizeBytes + lastFrameBytes
}

/**
 * Reads the footer from the last bytes of the object of this owner. A number: this many bytes are
 * needed instead. Throws `corrupt` with what was found and expected, also for another's footer.
 */
export function decodeFooter(tail: Buffer, objectBytes: number, owner: string): Directory | number {
  const { sizeBytes: seekBytes, lastFrameBytes: directoryFrameBytes } = endOf(tail)
  if (seekBytes > objectBytes) throw fault('its seek table is longer than the object')
  if (seekBytes > tail.length) return seekBytes
  const footerBytes = seekBytes + directoryFrameBytes
  if (footerBytes > objectBytes) throw fault('its directory is longer than the object')
  if (footerBytes > tail.length) return footerBytes
  const start = tail.length - footerBytes
  const framed = tail.subarray(start, start + directoryFrameBytes)
  if (!isDirectoryFrame(framed)) {
    throw fault('its directory does not begin where the seek table says')
  }
  const directory = decodeChecked(framed, owner)
  if (!seekTableOf(directory, framed.length).equals(tail.subarray(tail.length - seekBytes))) {
    throw fault('its seek table and its directory differ')
  }
  checkLength(directory, framed.length, footerBytes, objectBytes)
  return directory
}

/**
 * The directory of a bucket with parity whose footer, of so many bytes, is damaged: from its twin,
 * by one read. Throws `corrupt`.
 */
export async function readTwin(
  { sizeBytes, footerBytes }: { readonly sizeBytes: number; readonly footerBytes: number },
  owner: string,
  read: ReadBytes,
): Promise<Directory> {
  const end = sizeBytes - footerBytes
  if (end === 0) throw fault('it has no twin')
  const window = await read(Math.max(0, end - footerBytes), end)
  const head = Buffer.alloc(4)
  head.writeUInt32LE(directoryMagic)
  for (let at = window.length; at > 0; ) {
    at = window.lastIndexOf(head, at - 1)
    const framed = window.subarray(Math.max(0, at))
    if (at < 0 || !isDirectoryFrame(framed)) continue
    const directory = decodeChecked(framed, owner)
    checkLength(directory, framed.length, footerBytes, sizeBytes)
    return directory
  }
  throw fault('it has no twin')
}

function isDirectoryFrame(bytes: Buffer): boolean {
  return (
    bytes.length > skippableHeadBytes &&
    bytes.readUInt32LE(0) === directoryMagic &&
    bytes.readUInt32LE(4) === bytes.length - skippableHeadBytes
  )
}

function decodeChecked(framed: Buffer, owner: string): Directory {
  const directory = decodeDirectory(framed.subarray(skippableHeadBytes))
  checkDirectory(directory)
  if (directory.owner === owner) return directory
  throw fault(`it is that of ${directory.owner}, expected ${owner}`)
}

function checkLength(
  directory: Directory,
  directoryFrameBytes: number,
  footerBytes: number,
  objectBytes: number,
): void {
  const expected = dataBytesOf(directory) + twinBytes(directory, directoryFrameBytes) + footerBytes
  if (expected === objectBytes) return
  throw fault(`it has ${objectBytes} bytes, expected ${expected}`)
}

function twinBytes({ parity }: Directory, directoryFrameBytes: number): number {
  return parity ? directoryFrameBytes : 0
}

/** Bytes of frames and parity. */
export function dataBytesOf({ frames, parity = [] }: Directory): number {
  const framesBytes = frames.reduce((sum, frame) => sum + frame.sizeBytes, 0)
  return parity.reduce((sum, group) => sum + skippableHeadBytes + group.sizeBytes, framesBytes)
}

function endOf(tail: Buffer): SeekTableEnd {
  if (tail.length < seekTableBytesMin) throw fault(`${tail.length} bytes cannot hold one`)
  const end = readSeekTableEnd(tail)
  if (typeof end !== 'string') return end
  throw fault(end)
}

function fault(what: string): ArchiveError {
  return new ArchiveError('corrupt', `bucket footer cannot be read: ${what}`)
}
