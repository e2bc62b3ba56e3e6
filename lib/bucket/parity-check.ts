import { crc32 } from 'node:zlib'
import { skippableHeadBytes } from '../bytes/skippable.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Directory } from './directory.ts'
import { dataBytesOf, footerBytesOf, twinOf } from './footer.ts'
import { type ParityGroup, parityHead } from './parity.ts'

/** Looks at what no read needs as long as nothing is damaged. Throws `corrupt`. */
export function checkParity(directory: Directory, object: Buffer): void {
  if (!directory.parity) return
  for (const group of directory.parity) {
    const { start, end } = spanOfParity(group)
    checkParityBytes(group, object.subarray(start, end))
  }
  const footer = object.subarray(object.length - footerBytesOf(object))
  const start = dataBytesOf(directory)
  checkTwin(footer, object.subarray(start, object.length - footer.length), start)
}

/** Where a parity lies with its head. */
export function spanOfParity({ startByte, sizeBytes }: ParityGroup) {
  return { start: startByte - skippableHeadBytes, end: startByte + sizeBytes }
}

/** `bytes` with the head. */
export function checkParityBytes({ startByte, sizeBytes, checksum }: ParityGroup, bytes: Buffer) {
  const head = parityHead(sizeBytes)
  const found = crc32(bytes.subarray(head.length))
  if (bytes.subarray(0, head.length).equals(head) && found === checksum) return
  const sums = `checksum is ${found.toString(16)}, expected ${checksum.toString(16)}`
  throw new ArchiveError('corrupt', `parity at ${startByte}: ${sums}, or its head is damaged`)
}

export function checkTwin(footer: Buffer, twin: Buffer, startByte: number): void {
  if (twinOf(footer).equals(twin)) return
  throw new ArchiveError('corrupt', `twin at ${startByte} is not the directory`)
}
