import { crc32 } from 'node:zlib'
import { ArchiveError } from '../core/errors.ts'
import type { TermFrames } from './term-condition.ts'
import { type Term, termBits } from './term-hash.ts'
import { leadingBits, type PageShape, PageWalk } from './term-page.ts'

/** docs/format.md, section 9. */
const signature = 'VRI1'
const headBytes = 14
const pageEntryBytes = 8
const endBytes = 8
export const pageBitsMax = 16
export const framesMax = 2 ** 24

/** An opened term index: all of it but its pages. */
export interface TermIndex extends PageShape {
  readonly termCount: number
  /** Where each page begins, and behind the last where the footer does. */
  readonly pageStarts: readonly number[]
  readonly pageChecksums: readonly number[]
}

/** A page as bytes [start, end) of the object. */
export interface PageRange {
  readonly page: number
  readonly start: number
  readonly end: number
}

/** The object's last bytes, to be put behind its pages. */
export function encodeIndexFooter(
  shape: PageShape & { readonly termCount: number },
  pages: readonly { readonly sizeBytes: number; readonly checksum: number }[],
  owner: string,
): Buffer {
  const sizeBytes = headBytes + pages.length * pageEntryBytes + 1 + owner.length + endBytes
  const out = Buffer.alloc(sizeBytes)
  out.write(signature, 0, 'latin1')
  out.writeUInt32LE(shape.frameCount, 4)
  out.writeUInt32LE(shape.termCount, 8)
  out.writeUInt8(shape.fingerprintBits, 12)
  let at = out.writeUInt8(shape.pageBits, 13)
  for (const page of pages) {
    at = out.writeUInt32LE(page.sizeBytes, at)
    at = out.writeUInt32LE(page.checksum, at)
  }
  at = out.writeUInt8(owner.length, at)
  at += out.write(owner, at, 'latin1')
  at = out.writeUInt32LE(sizeBytes, at)
  out.writeUInt32LE(crc32(out.subarray(0, at)), at)
  return out
}

/** Bytes of the footer of an index held whole. */
export function indexFooterBytes(object: Buffer): number {
  return object.readUInt32LE(object.length - endBytes)
}

/**
 * Reads the footer from the last bytes of the object of this owner. A number: this many bytes are
 * needed instead. Throws `corrupt` with what was found and expected, also for another's footer.
 */
export function openIndex(tail: Buffer, objectBytes: number, owner: string): TermIndex | number {
  const leastBytes = headBytes + pageEntryBytes + 1 + owner.length + endBytes
  if (objectBytes < leastBytes) throw fault(`${objectBytes} bytes cannot hold one`)
  if (tail.length < endBytes) return leastBytes
  const footerBytes = tail.readUInt32LE(tail.length - endBytes)
  if (footerBytes > objectBytes || footerBytes < leastBytes) {
    throw fault(`it has ${footerBytes} bytes, expected ${leastBytes} to ${objectBytes}`)
  }
  if (footerBytes > tail.length) return footerBytes
  const footer = tail.subarray(tail.length - footerBytes)
  const found = crc32(footer.subarray(0, -4))
  const expected = footer.readUInt32LE(footerBytes - 4)
  if (found !== expected) {
    throw fault(`checksum is ${found.toString(16)}, expected ${expected.toString(16)}`)
  }
  return decodeFooter(footer, objectBytes, owner)
}

function decodeFooter(footer: Buffer, objectBytes: number, owner: string): TermIndex {
  const fingerprintBits = footer.readUInt8(12)
  const pageBits = footer.readUInt8(13)
  const isShaped =
    footer.toString('latin1', 0, 4) === signature &&
    pageBits <= pageBitsMax &&
    pageBits <= fingerprintBits &&
    fingerprintBits <= termBits &&
    footer.readUInt32LE(4) <= framesMax
  const ownerAt = headBytes + pageEntryBytes * 2 ** pageBits
  if (!isShaped || ownerAt + 1 + endBytes > footer.length)
    throw fault('its fields contradict each other')
  const foundOwner = footer.toString('latin1', ownerAt + 1, footer.length - endBytes)
  if (foundOwner !== owner || footer.readUInt8(ownerAt) !== owner.length) {
    throw fault(`it is that of ${foundOwner}, expected ${owner}`)
  }
  const pageStarts = [0]
  const pageChecksums: number[] = []
  for (let at = headBytes; at < ownerAt; at += pageEntryBytes) {
    pageStarts.push(pageStarts.at(-1)! + footer.readUInt32LE(at))
    pageChecksums.push(footer.readUInt32LE(at + 4))
  }
  const expectedBytes = pageStarts.at(-1)! + footer.length
  if (expectedBytes !== objectBytes) {
    throw fault(`the object has ${objectBytes} bytes, expected ${expectedBytes}`)
  }
  return {
    frameCount: footer.readUInt32LE(4),
    termCount: footer.readUInt32LE(8),
    fingerprintBits,
    pageBits,
    pageStarts,
    pageChecksums,
  }
}

/** Where the one page lies that may hold the term. */
export function pageOf(index: TermIndex, term: Term): PageRange {
  const page = leadingBits(term, index.pageBits)
  return { page, start: index.pageStarts[page]!, end: index.pageStarts[page + 1]! }
}

/**
 * In which frames the term may occur, told from the bytes of its page. A frame may be named in
 * which it does not; none in which it does is left out. Throws `corrupt`.
 */
export function framesOf(index: TermIndex, page: Buffer, term: Term): TermFrames {
  const walk = openPage(index, page, pageOf(index, term).page)
  const fingerprint = leadingBits(term, index.fingerprintBits)
  const found: Uint32Array[] = []
  while (walk.next() && walk.fingerprint <= fingerprint) {
    if (walk.fingerprint < fingerprint) continue
    const check = leadingBits(term, index.fingerprintBits + walk.checkBits) % 2 ** walk.checkBits
    if (walk.check !== check) continue
    if (walk.isEverywhere) return 'all'
    found.push(walk.frames())
  }
  if (found.length <= 1) return found[0] ?? new Uint32Array(0)
  const frames = new Set(found.flatMap(each => [...each]))
  return Uint32Array.from(frames).sort()
}

/** Walks all terms of a page after a look at its checksum. Throws `corrupt`. */
export function openPage(index: TermIndex, bytes: Buffer, page: number): PageWalk {
  const found = crc32(bytes)
  const expected = index.pageChecksums[page]!
  if (found !== expected) {
    throw new ArchiveError(
      'corrupt',
      `index page ${page}: checksum is ${found.toString(16)}, expected ${expected.toString(16)}`,
    )
  }
  return new PageWalk(bytes, page, index)
}

function fault(what: string): ArchiveError {
  return new ArchiveError('corrupt', `index footer cannot be read: ${what}`)
}
