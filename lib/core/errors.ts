/**
 * What went wrong, as far as a caller would act differently. The codes are API, messages are not.
 */
export type ErrorCode =
  | 'invalid' // the caller's input; sending it again cannot help
  | 'too-large' // the caller's input passes a limit; splitting it helps
  | 'missing' // the thing named does not exist
  | 'conflict' // something else was stored under the same name
  | 'unavailable' // the store did not answer in time or the outcome is unknown; retrying helps
  | 'corrupt' // stored bytes are not what was written

/** One finding in the caller's input: where it is, what is wrong, what to do. */
export interface ErrorDetail {
  readonly detail: string
  /** JSON pointer into the body or the parameter's name, e.g. `/time`. */
  readonly pointer?: string
  /** One-based line in an NDJSON body. */
  readonly line?: number
  /** Half-open range of characters in a query. */
  readonly span?: readonly [start: number, end: number]
  readonly hint?: string
}

/** The one error of the engine. The message names the thing, the value and what was expected. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError'
  readonly code: ErrorCode
  readonly details: readonly ErrorDetail[]
  /** Seconds after which a retry may succeed; only with `unavailable`. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      readonly cause?: unknown
      readonly details?: readonly ErrorDetail[]
      readonly retryAfterSeconds?: number
    } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.details = options.details ?? []
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}
