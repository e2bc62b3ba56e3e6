import { errorTitles } from '../core/error-titles.ts'
import { ArchiveError, type ErrorCode, type ErrorDetail } from '../core/errors.ts'

/** The body of every answer that is an error (RFC 9457, `application/problem+json`). */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  /** What a program branches on. `internal`: a defect of the server. */
  readonly code: ErrorCode | 'internal'
  readonly errors: readonly ErrorDetail[]
}

/** Where the mapping of error codes is not precise enough, and what else the problem tells. */
export interface ProblemOptions {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly extra?: Readonly<Record<string, unknown>>
}

/** The error as an answer. What is no `ArchiveError` is a defect and tells nothing of itself. */
export function problemResponse(error: unknown, path: string, options: ProblemOptions = {}) {
  const problem = { ...problemOf(error, path, options.status), ...options.extra }
  const headers = new Headers({ 'Content-Type': 'application/problem+json', ...options.headers })
  if (problem.status === 429 || problem.status === 503) {
    const seconds = error instanceof ArchiveError ? error.retryAfterSeconds : undefined
    headers.set('Retry-After', String(Math.max(1, Math.ceil(seconds ?? 1))))
  }
  return new Response(JSON.stringify(problem), { status: problem.status, headers })
}

/** The error as data, for answers that had begun before it happened. */
export function problemOf(error: unknown, path: string, status?: number): Problem {
  const known = error instanceof ArchiveError ? error : undefined
  const code = known?.code ?? 'internal'
  return {
    type: `urn:varve:problem:${code}`,
    title: errorTitles[code],
    status: status ?? (isBackPressure(known) ? 429 : statuses[code]),
    detail: known?.message ?? 'the server failed in a way it should not; its log says how',
    instance: path,
    code,
    errors: known?.details ?? [],
  }
}

/** Writes an error that should not be to the log; one of a client that went away is none. */
export function noteDefect(error: unknown, signal: AbortSignal): void {
  if (!(error instanceof ArchiveError) && !signal.aborted) console.error(error)
}

/** The appender marks a tail that is too long with this pointer: the client has to slow down. */
function isBackPressure(error: ArchiveError | undefined): boolean {
  return error?.code === 'unavailable' && error.details[0]?.pointer === '/tail'
}

const statuses: Readonly<Record<Problem['code'], number>> = {
  invalid: 400,
  'too-large': 413,
  missing: 404,
  conflict: 409,
  unavailable: 503,
  corrupt: 500,
  internal: 500,
}
