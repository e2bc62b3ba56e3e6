import { CompleteMultipartUploadCommand, type S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import type { Clock } from '../core/clock.ts'
import type { Random } from '../core/random.ts'
import { storeLimits } from '../core/store-limits.ts'
import { retried } from './retry.ts'
import { mayPass, withDeadline } from './s3-attempt.ts'

type Send = (command: unknown, options?: unknown) => Promise<object>

/**
 * Creates a large object in parts. The parts have no effect by themselves and are repeated as need
 * be; the request that joins them is the one attempt that counts, and fails if the object exists.
 * Returns its answer; what is thrown before that request went out has had no effect.
 */
export async function uploadInParts(
  client: S3Client,
  object: { readonly Bucket: string; readonly Key: string; readonly Body: Buffer },
  given: { readonly clock: Clock; readonly random: Random; readonly signal?: AbortSignal },
): Promise<object & { readonly ETag?: string }> {
  const send = client.send.bind(client) as Send
  const partGiven = { ...given, sizeBytes: storeLimits.putPartBytes }
  const once = (command: unknown) => withDeadline(options => send(command, options), partGiven)
  const sender = Object.assign(Object.create(client) as S3Client, {
    send: (command: unknown) =>
      command instanceof CompleteMultipartUploadCommand
        ? once(command)
        : retried(() => once(command), mayPass, given),
  })
  return new Upload({
    client: sender,
    params: { ...object, IfNoneMatch: '*' },
    partSize: storeLimits.putPartBytes,
  }).done()
}
