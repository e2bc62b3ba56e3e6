import {
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { Clock } from '../core/clock.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import { storeLimits } from '../core/store-limits.ts'
import { assertByteRange, type ByteRange } from './byte-range.ts'
import { assertKeyPrefix, assertObjectKey } from './object-key.ts'
import { retried } from './retry.ts'
import { asArchiveError, mayPass, putOutcome, statusOf, withDeadline } from './s3-attempt.ts'
import { readBody } from './s3-body.ts'
import { answerMicros, makeS3Client, type S3Place } from './s3-client.ts'
import { listPage } from './s3-listing.ts'
import { uploadInParts } from './s3-upload.ts'
import type { GetOptions, Listing, ListOptions, PutResult, Store, StoredObject } from './store.ts'

/**
 * A store in an S3 bucket or in anything that speaks S3 with conditional PUT. A put is one request
 * and its outcome is what the HTTP status proves, no more; reads and deletes are repeated within
 * limits.
 */
export class S3Store implements Store {
  readonly url: string
  readonly isRemote = true
  readonly #client: S3Client
  readonly #bucket: string
  readonly #prefix: string
  readonly #outside: { readonly clock: Clock; readonly random: Random }

  constructor(place: S3Place, outside: { readonly clock: Clock; readonly random: Random }) {
    this.url = place.url
    this.#client = makeS3Client(place)
    this.#bucket = place.bucket
    this.#prefix = place.prefix
    this.#outside = outside
  }

  async get(key: string, options: GetOptions = {}): Promise<StoredObject | undefined> {
    assertObjectKey(key)
    assertByteRange(options.range)
    return this.#repeat('get', key, options.signal, () => this.#getOnce(key, options))
  }

  async getIfChanged(key: string, etag: string): Promise<StoredObject | 'unchanged' | undefined> {
    assertObjectKey(key)
    return this.#repeat('get', key, undefined, async () => {
      try {
        return await this.#getOnce(key, {}, etag)
      } catch (error) {
        if (statusOf(error) === 304) return 'unchanged'
        throw error
      }
    })
  }

  async create(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<PutResult> {
    const Body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const given = { ...this.#outside, ...(signal && { signal }) }
    if (bytes.length <= storeLimits.singlePutBytesMax) return this.#put(key, Body, {}, signal)
    return this.#putOutcome(key, false, signal, () =>
      uploadInParts(this.#client, { ...this.#nameOf(key), Body }, given),
    )
  }

  async replace(
    key: string,
    bytes: Uint8Array,
    etag: string,
    signal?: AbortSignal,
  ): Promise<PutResult> {
    const Body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return this.#put(key, Body, { etag }, signal)
  }

  async list(prefix: string, options: ListOptions = {}): Promise<Listing> {
    assertKeyPrefix(prefix)
    const place = { Bucket: this.#bucket, prefix: this.#prefix }
    return this.#repeat('list', prefix, options.signal, () =>
      withDeadline(
        attempt => listPage(command => this.#client.send(command, attempt), place, prefix, options),
        { ...this.#outside, ...(options.signal && { signal: options.signal }) },
      ),
    )
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) assertObjectKey(key)
    for (let start = 0; start < keys.length; start += storeLimits.deleteKeysMax) {
      let left: readonly string[] = keys.slice(start, start + storeLimits.deleteKeysMax)
      await this.#repeat('delete', left[0]!, undefined, async () => {
        const failed = await this.#deleteOnce(left)
        left = failed.keys
        if (left.length > 0) throw failed.error
      })
    }
  }

  async #getOnce(key: string, options: GetOptions, etag?: string) {
    const sizeBytes = options.range ? sizeOf(options.range) : undefined
    const given = { ...this.#outside, ...(options.signal && { signal: options.signal }) }
    try {
      return await withDeadline(
        async attempt => {
          const command = new GetObjectCommand({
            ...this.#nameOf(key),
            ...(options.range && { Range: rangeHeader(options.range) }),
            ...(etag !== undefined && { IfNoneMatch: etag }),
          })
          const answer: GetObjectCommandOutput = await this.#client.send(command, attempt)
          return readBody(answer, options.range, this.#describe('get', key))
        },
        { ...given, sizeBytes: sizeBytes ?? storeLimits.singlePutBytesMax },
      )
    } catch (error) {
      if (isNoObject(error)) return undefined
      if (statusOf(error) === 416) return this.#emptyRange(key, given)
      throw error
    }
  }

  /** A range past the end: S3 refuses it without saying what the object is. */
  async #emptyRange(
    key: string,
    given: { readonly clock: Clock; readonly signal?: AbortSignal },
  ): Promise<StoredObject | undefined> {
    try {
      const head = await withDeadline(
        attempt => this.#client.send(new HeadObjectCommand(this.#nameOf(key)), attempt),
        given,
      )
      const { ETag: etag = '', ContentLength: sizeBytes = 0 } = head
      return { bytes: Buffer.alloc(0), etag, sizeBytes }
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw error
    }
  }

  #put(
    key: string,
    Body: Buffer,
    condition: { readonly etag?: string },
    signal: AbortSignal | undefined,
  ): Promise<PutResult> {
    const isReplace = condition.etag !== undefined
    return this.#putOutcome(key, isReplace, signal, () => {
      const command = new PutObjectCommand({
        ...this.#nameOf(key),
        Body,
        ...(isReplace ? { IfMatch: condition.etag } : { IfNoneMatch: '*' }),
      })
      const given = { ...this.#outside, sizeBytes: Body.length, ...(signal && { signal }) }
      return withDeadline(attempt => this.#client.send(command, attempt), given)
    })
  }

  /** One attempt and what came of it. */
  async #putOutcome(
    key: string,
    isReplace: boolean,
    signal: AbortSignal | undefined,
    attempt: () => Promise<object & { readonly ETag?: string }>,
  ): Promise<PutResult> {
    signal?.throwIfAborted()
    assertObjectKey(key)
    const what = this.#describe(isReplace ? 'replace' : 'create', key)
    try {
      const answer = await attempt()
      const storeTimeMicros = answerMicros(answer)
      if (answer.ETag === undefined || storeTimeMicros === undefined) {
        const text = `${what}: the answer has no ETag or no Date`
        return { outcome: 'unknown', cause: new ArchiveError('unavailable', text) }
      }
      return { outcome: 'stored', etag: answer.ETag, storeTimeMicros }
    } catch (error) {
      return putOutcome(error, isReplace, what)
    }
  }

  async #deleteOnce(keys: readonly string[]) {
    const Objects = keys.map(key => ({ Key: this.#prefix + key }))
    const command = new DeleteObjectsCommand({
      Bucket: this.#bucket,
      Delete: { Objects, Quiet: true },
    })
    const answer = await withDeadline(attempt => this.#client.send(command, attempt), this.#outside)
    const errors = answer.Errors ?? []
    const failed = new Set(errors.map(error => error.Key?.slice(this.#prefix.length)))
    const first = errors[0]
    const text = `${errors.length} objects remained, the first ${first?.Key}: ${first?.Code}`
    const left = keys.filter(key => failed.has(key))
    return {
      keys: errors.length > 0 && left.length === 0 ? keys : left,
      error: new ArchiveError('unavailable', text),
    }
  }

  async #repeat<Result>(
    verb: string,
    key: string,
    signal: AbortSignal | undefined,
    attempt: () => Promise<Result>,
  ): Promise<Result> {
    signal?.throwIfAborted()
    try {
      return await retried(attempt, mayPass, { ...this.#outside, ...(signal && { signal }) })
    } catch (error) {
      signal?.throwIfAborted()
      throw asArchiveError(error, this.#describe(verb, key))
    }
  }

  #nameOf(key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + key }
  }

  #describe(verb: string, key: string): string {
    return `${this.url}: cannot ${verb} ${JSON.stringify(key)}`
  }
}

function rangeHeader(range: NonNullable<ByteRange>): string {
  if ('suffixBytes' in range) return `bytes=-${range.suffixBytes}`
  return `bytes=${range.start}-${range.end - 1}`
}

function sizeOf(range: NonNullable<ByteRange>): number {
  return 'suffixBytes' in range ? range.suffixBytes : range.end - range.start
}

function isNoObject(error: unknown): boolean {
  return statusOf(error) === 404 && (error as Error).name === 'NoSuchKey'
}
