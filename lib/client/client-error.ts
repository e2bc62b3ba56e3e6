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
export function errorOfProblem(problem: unknown): ArchiveClientError {
  if (!isProblem(problem)) return garbled(JSON.stringify(problem) ?? '')
  return new ArchiveClientError(problem.detail, { code: problem.code, errors: problem.errors })
}

/** The whole answer, which is JSON. Throws when it breaks off, or is none. */
export async function answerOf(response: Response) {
  const text = await response.text().catch((cause: unknown) => {
    throw new ArchiveClientError('the connection broke off', { code: 'unavailable', cause })
  })
  return parsedAnswer(text)
}

/** The JSON of an answer. Throws when something on the way made it none. */
export function parsedAnswer(text: string) {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw garbled(text, cause)
  }
}

function garbled(text: string, cause?: unknown): ArchiveClientError {
  const message = `the answer cannot be read: ${text.slice(0, 200)}`
  return new ArchiveClientError(message, { code: 'unavailable', cause })
}

interface ProblemBody {
  readonly detail: string
  readonly code: ErrorCode | 'internal'
  readonly errors: readonly ErrorDetail[]
}

function parseProblem(text: string): ProblemBody | undefined {
  try {
    const problem: unknown = JSON.parse(text)
    return isProblem(problem) ? problem : undefined
  } catch {
    return undefined // some gateway's page: its status has to do
  }
}

function isProblem(value: unknown): value is ProblemBody {
  const { code, detail, errors } = (value ?? {}) as Partial<ProblemBody>
  return typeof code === 'string' && typeof detail === 'string' && Array.isArray(errors)
}

function codeOfStatus(status: number): ErrorCode | 'internal' {
  if ([408, 429, 502, 503, 504].includes(status)) return 'unavailable'
  if (status === 404) return 'missing'
  if (status === 413) return 'too-large'
  return status < 500 ? 'invalid' : 'internal'
}
