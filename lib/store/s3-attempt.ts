import type { Clock } from '../core/clock.ts'
import { ArchiveError } from '../core/errors.ts'
import { storeLimits } from '../core/store-limits.ts'
import { answerMicros } from './s3-client.ts'
import type { PutResult } from './store.ts'

/** Runs one attempt, which is aborted when its time is up or the caller gives up. */
export async function withDeadline<Result>(
  attempt: (options: {
    readonly abortSignal: AbortSignal
    readonly requestTimeout: number
  }) => Promise<Result>,
  given: { readonly clock: Clock; readonly sizeBytes?: number; readonly signal?: AbortSignal },
): Promise<Result> {
  given.signal?.throwIfAborted()
  const moveMillis = ((given.sizeBytes ?? 0) / storeLimits.slowestBytesPerSecond) * 1000
  const deadlineMillis = storeLimits.attemptMillisMax + moveMillis
  const deadline = new AbortController()
  const finished = new AbortController()
  const giveUp = () => deadline.abort(given.signal?.reason)
  given.signal?.addEventListener('abort', giveUp, { once: true })
  const late = new ArchiveError('unavailable', `no complete answer in ${deadlineMillis} ms`)
  given.clock.sleep(deadlineMillis, finished.signal).then(
    () => deadline.abort(late),
    () => undefined, // finished in time
  )
  try {
    const requestTimeout = storeLimits.answerMillisMax + moveMillis
    return await attempt({ abortSignal: deadline.signal, requestTimeout })
  } catch (error) {
    throw deadline.signal.aborted ? deadline.signal.reason : error
  } finally {
    finished.abort()
    given.signal?.removeEventListener('abort', giveUp)
  }
}

/** The HTTP status of an answer that was an error, undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata
    ?.httpStatusCode
}

/** Whether a read or a delete that failed so may succeed when it is done again. */
export function mayPass(error: unknown): boolean {
  if (wasNeverSent(error)) return false
  const status = statusOf(error)
  const name = (error as Error).name
  if (name === 'RequestTimeout' || name === 'RequestTimeTooSkewed') return true
  return status === undefined || status === 429 || status >= 500 || status < 300
}

/**
 * What a conditional put that failed so has come to; throws when it had no effect and never will.
 */
export function putOutcome(error: unknown, isReplace: boolean, what: string): PutResult {
  if (wasNeverSent(error)) throw asArchiveError(error, what)
  const status = statusOf(error)
  if (status === undefined || status === 429 || status >= 500 || status < 300) {
    return { outcome: 'unknown', cause: error }
  }
  const outcome =
    status === 412 ? 'refused' : status === 409 ? 'busy' : status === 404 ? 'missing' : undefined
  const isNoObject = (error as Error).name === 'NoSuchKey'
  if (!outcome || (outcome === 'missing' && !(isReplace && isNoObject)))
    throw asArchiveError(error, what)
  const storeTimeMicros = answerMicros(error as object)
  if (storeTimeMicros === undefined) return { outcome: 'unknown', cause: error }
  return { outcome, storeTimeMicros }
}

/** The client could not even begin. */
function wasNeverSent(error: unknown): boolean {
  if (!(error instanceof Error)) return false // what a caller aborted with
  return error.name === 'CredentialsProviderError' || error.message === 'Region is missing'
}

const hints: Record<string, string> = {
  AccessDenied: 'the credentials do not allow it',
  CredentialsProviderError: 'no AWS credentials were found: set AWS_PROFILE or AWS_ACCESS_KEY_ID',
  ExpiredToken: 'the credentials have expired',
  InvalidAccessKeyId: 'the access key is not known there',
  NoSuchBucket: 'there is no S3 bucket of this name',
  PermanentRedirect: 'the S3 bucket is in another region: set AWS_REGION',
  SignatureDoesNotMatch: 'the secret key is wrong',
}

/** An error of the SDK as the archive reports it. */
export function asArchiveError(error: unknown, what: string): ArchiveError {
  if (error instanceof ArchiveError) return error
  const { name, message } = error as Error
  const status = statusOf(error)
  const text = hints[name] ? `${hints[name]} (${name})` : `${name}: ${message}`
  const prefix = status === undefined ? '' : `HTTP ${status}, `
  return new ArchiveError('unavailable', `${what}: ${prefix}${text}`, { cause: error })
}
