import { crc32 } from 'node:zlib'
import { checkParity } from '../bucket/parity-check.ts'
import { openBucket } from '../bucket/reader.ts'
import { unwrap } from '../bytes/envelope.ts'
import { decodeManifest } from '../catalog/manifest.ts'
import { decodeRecord } from '../catalog/record.ts'
import type { ObjectRef } from '../catalog/references.ts'
import { ArchiveError } from '../core/errors.ts'
import { defaultSettings } from '../core/settings.ts'
import { readDescription } from '../index/index-object.ts'
import { openPage } from '../index/page-reader.ts'
import { allBlocks, openBlock, openSummary } from '../index/summary.ts'
import type { TermShape } from '../index/term-shape.ts'
import { isRecordKey, jobOfOutput, ownerOfBucket, ownerOfIndex } from '../store/keys.ts'

/**
 * What is wrong with the bytes of an immutable object, by its length and by every checksum that its
 * own format has; `undefined`: they are what was written. Only lists that lie outside of the pages
 * of a term index are not looked at: nobody knows where they are, and a reader does without them.
 */
export function faultOfObject(ref: ObjectRef, bytes: Buffer): string | undefined {
  const { key, sizeBytes = bytes.length } = ref
  if (bytes.length !== sizeBytes) return `it has ${bytes.length} bytes, expected ${sizeBytes}`
  try {
    checkOf(key)?.(ref, bytes)
    return undefined
  } catch (fault) {
    if (fault instanceof ArchiveError && fault.code === 'corrupt') return fault.message
    // Bytes that a decoder was not made for: it reads past the end.
    if (fault instanceof RangeError || fault instanceof SyntaxError) return fault.message
    throw fault
  }
}

type Check = (ref: ObjectRef, bytes: Buffer) => void

function checkOf(key: string): Check | undefined {
  if (key.endsWith('-fields')) return checkSummary
  if (isRecordKey(key)) return checkRecord
  return checks[key.slice(0, key.indexOf('/'))]
}

const checks: Readonly<Record<string, Check>> = {
  tail: checkBucket,
  buckets: checkBucket,
  index: checkIndex,
  manifests: ({ key }, bytes) => decodeManifest(bytes, key),
  absorbed: checkSegment,
  chain: checkSegment,
}

function checkBucket({ key }: ObjectRef, bytes: Buffer): void {
  const directory = openBucket(bytes, ownerOfBucket(key))
  checkParity(directory, bytes)
  for (const { startByte, sizeBytes, checksum } of directory.frames) {
    const found = crc32(bytes.subarray(startByte, startByte + sizeBytes))
    if (found === checksum) continue
    const text = `checksum is ${found.toString(16)}, expected ${checksum.toString(16)}`
    throw new ArchiveError('corrupt', `frame at ${startByte}: ${text}`)
  }
}

function checkRecord({ key }: ObjectRef, bytes: Buffer): void {
  decodeRecord(bytes, jobOfOutput(key))
}

function checkSegment({ key }: ObjectRef, bytes: Buffer): void {
  unwrap(bytes, key, defaultSettings.catalogBytesMax)
}

function checkIndex({ key, part = 0 }: ObjectRef, bytes: Buffer): void {
  const owner = ownerOfIndex(key)
  const { terms } = readDescription(bytes, owner) as { readonly terms: TermShape }
  const pages = 2 ** (terms.pageBits - terms.partBits)
  for (let i = 0; i < pages; i++) {
    const page = bytes.subarray(i * terms.pageBytes, (i + 1) * terms.pageBytes)
    openPage(page, part * pages + i, terms, owner)
  }
}

function checkSummary({ key, headBytes }: ObjectRef, bytes: Buffer): void {
  if (headBytes === undefined) return
  const head = bytes.subarray(bytes.length - headBytes)
  const summary = openSummary(head, bytes.length, ownerOfIndex(key))
  for (const { start, end } of allBlocks(summary)) openBlock(bytes.subarray(start, end))
}
