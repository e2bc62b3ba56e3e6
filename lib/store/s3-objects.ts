import { GetObjectCommand } from '@aws-sdk/client-s3'
import type { Clock } from '../core/clock.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import { retried } from './retry.ts'
import { asArchiveError, mayPass, statusOf, withDeadline } from './s3-attempt.ts'
import { readBody } from './s3-body.ts'
import { makeS3Client } from './s3-client.ts'
import type { StoredObject } from './store.ts'

/**
 * Reads objects of S3 buckets that are no archive, whose keys are of any characters. Endpoint,
 * region and credentials come from the usual environment.
 */
export class S3Objects {
  readonly #client
  readonly #outside: { readonly clock: Clock; readonly random: Random }

  constructor(outside: { readonly clock: Clock; readonly random: Random }) {
    const { env } = process
    const endpoint = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL
    const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || (endpoint ? 'us-east-1' : undefined)
    this.#client = makeS3Client({ endpoint, region })
    this.#outside = outside
  }

  /**
   * A part of an object that is not empty, only of this etag when one is given. `undefined`: there
   * is none. Throws `unavailable` also when the object has another etag by now.
   */
  async get(
    { bucket, key }: { readonly bucket: string; readonly key: string },
    range: { readonly start: number; readonly end: number },
    etag: string | undefined,
    signal: AbortSignal,
  ): Promise<StoredObject | undefined> {
    const what = `cannot get s3://${bucket}/${key}`
    const command = new GetObjectCommand({
      Bucket: bucket,
      Key: key,
      Range: `bytes=${range.start}-${range.end - 1}`,
      ...(etag !== undefined && { IfMatch: etag }),
    })
    const given = { ...this.#outside, signal, sizeBytes: range.end - range.start }
    const getOnce = () =>
      withDeadline(
        async attempt => readBody(await this.#client.send(command, attempt), range, what),
        given,
      )
    try {
      return await retried(getOnce, mayPass, given)
    } catch (error) {
      signal.throwIfAborted()
      if ((error as Error).name === 'NoSuchKey') return undefined
      if (statusOf(error) !== 412) throw asArchiveError(error, what)
      throw new ArchiveError('unavailable', `${what}: it changed while it was read`)
    }
  }
}
