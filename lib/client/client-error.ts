import type { ErrorCode, ErrorDetail } from '../core/errors.ts'

/**
 * Why a request failed. `unavailable` includes a network that failed: the outcome is unknown then.
 */
export class ArchiveClientError extends Error {
  override readonly name = 'ArchiveClientError'
  /** HTTP status; 0 when there was no answer, or it broke off. */
  readonly status: number
  readonly code: ErrorCode | 'internal'
  readonly errors: readonly ErrorDetail[]
  readonly retryAfterSeconds: number | undefined

  constructor(
    message: string,
    reason: {
      readonly code: ErrorCode | 'internal'
      readonly status?: number
      readonly errors?: readonly ErrorDetail[]
      readonly retryAfterSeconds?: number | undefined
      readonly cause?: unknown
    },
  ) {
    super(message, 'cause' in reason ? { cause: reason.cause } : undefined)
    this.status = reason.status ?? 0
    this.code = reason.code
    this.errors = reason.errors ?? []
    this.retryAfterSeconds = reason.retryAfterSeconds
  }
}

/** The error that an answer with an error status tells of, whoever on the way gave it. */
export async function errorOfResponse(response: Response): Promise<ArchiveClientError> {
  const text = await response.text().catch(() => '')
  const problem = parseProblem(text)
  const { status } = response
  const retryAfter = Number.parseFloat(response.headers.get('Retry-After') ?? '')
  const message = problem?.detail ?? `the server answered ${status} ${text.slice(0, 200)}`.trim()
  return new ArchiveClientError(message, {
    status,
    code: problem?.code ?? codeOfStatus(status),
    errors: problem?.errors ?? [],
    ...(retryAfter >= 0 && { retryAfterSeconds: retryAfter }),
  })
}

/** The error that a problem in the middle of an answer tells of. */
export function errorOfProblem(problem: ProblemBody): ArchiveClientError {
  return new ArchiveClientError(problem.detail, { code: problem.code, errors: problem.errors })
}

interface ProblemBody {
  readonly detail: string
  readonly code: ErrorCode | 'internal'
  readonly errors: readonly ErrorDetail[]
}

function parseProblem(text: string): ProblemBody | undefined {
  try {
    const problem = JSON.parse(text)
    return typeof problem?.code === 'string' && Array.isArray(problem.errors) ? problem : undefined
  } catch {
    return undefined // some gateway's page: its status has to do
  }
}

function codeOfStatus(status: number): ErrorCode | 'internal' {
  if ([408, 429, 502, 503, 504].includes(status)) return 'unavailable'
  if (status === 404) return 'missing'
  if (status === 413) return 'too-large'
  return status < 500 ? 'invalid' : 'internal'
}
