import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import { ArchiveError } from '../core/errors.ts'
import { storeLimits } from '../core/store-limits.ts'
import { answerMicros } from './s3-client.ts'
import type { ListedObject, Listing, ListOptions } from './store.ts'

const emptyPagesMax = 100

/**
 * One page of keys. S3 may answer with an empty page and a promise of more; then the next is asked
 * for. Throws `unavailable` when keys come out of order, as some kinds of S3 bucket list them.
 */
export async function listPage(
  send: (command: ListObjectsV2Command) => Promise<ListObjectsV2CommandOutput>,
  place: { readonly Bucket: string; readonly prefix: string },
  prefix: string,
  options: ListOptions,
): Promise<Listing> {
  let ContinuationToken: string | undefined
  for (let page = 0; page < emptyPagesMax; page++) {
    const answer = await send(
      new ListObjectsV2Command({
        Bucket: place.Bucket,
        Prefix: place.prefix + prefix,
        MaxKeys: Math.min(options.limit ?? storeLimits.listKeysMax, storeLimits.listKeysMax),
        ...(options.startAfter && { StartAfter: place.prefix + options.startAfter }),
        ...(ContinuationToken && { ContinuationToken }),
      }),
    )
    const objects = (answer.Contents ?? []).map(found => ({
      key: (found.Key ?? '').slice(place.prefix.length),
      sizeBytes: found.Size ?? 0,
      modifiedMicros: (found.LastModified?.getTime() ?? 0) * 1000,
    }))
    assertInOrder(objects, options.startAfter ?? '')
    const storeTimeMicros = answerMicros(answer)
    if (storeTimeMicros === undefined) {
      throw new ArchiveError('unavailable', 'the answer to a listing has no Date')
    }
    const more = answer.IsTruncated ?? false
    if (objects.length > 0 || !more) return { objects, more, storeTimeMicros }
    ContinuationToken = answer.NextContinuationToken
  }
  throw new ArchiveError('unavailable', `${emptyPagesMax} pages of a listing were empty`)
}

function assertInOrder(objects: readonly ListedObject[], startAfter: string): void {
  let before = startAfter
  for (const { key } of objects) {
    if (key <= before) {
      throw new ArchiveError('unavailable', `the listing is not in order: ${key} after ${before}`)
    }
    before = key
  }
}
