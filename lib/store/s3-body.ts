import type { Readable } from 'node:stream'
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3'
import { ArchiveError } from '../core/errors.ts'
import { type ByteRange, rangeWithin } from './byte-range.ts'
import type { StoredObject } from './store.ts'

/** Drains the body of a GET. Throws `unavailable` when it is not exactly the bytes asked for. */
export async function readBody(
  answer: GetObjectCommandOutput,
  range: ByteRange,
  what: string,
): Promise<StoredObject> {
  // An empty object has no range; some stores then send all of it.
  const isWhole = !range || answer.ContentLength === 0
  const sizeBytes = isWhole ? answer.ContentLength : totalOf(answer.ContentRange)
  if (sizeBytes === undefined || answer.ETag === undefined) {
    const missing = range ? 'Content-Range' : 'Content-Length'
    throw new ArchiveError('unavailable', `${what}: the answer has no ${missing} or no ETag`)
  }
  const { start, end } = rangeWithin(range, sizeBytes)
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of answer.Body as Readable) {
    length += chunk.length
    if (length > end - start) break
    chunks.push(chunk)
  }
  if (length !== end - start) {
    const text = `${what}: ${length} bytes came, expected ${end - start}`
    throw new ArchiveError('unavailable', text)
  }
  return { bytes: Buffer.concat(chunks), etag: answer.ETag, sizeBytes }
}

function totalOf(contentRange: string | undefined): number | undefined {
  const total = /^bytes \d+-\d+\/(\d+)$/.exec(contentRange ?? '')?.[1]
  return total === undefined ? undefined : Number(total)
}
