import * as apigateway from 'aws-cdk-lib/aws-apigateway'
import { errorTitles } from '../core/error-titles.ts'
import type { ErrorCode } from '../core/errors.ts'

export interface GatewayProblemsProps {
  /** Whether keys and tokens are asked for. */
  readonly isBearer: boolean
  /** Whether pages of other origins may use the API. */
  readonly isOpenToPages: boolean
}

/** One of the gateway's own refusals: its type there, and the problem that it is here. */
interface Refusal {
  readonly id: string
  readonly type: apigateway.ResponseType
  readonly status: number
  readonly code: ErrorCode
  /** JSON text. Absent: what the gateway says. */
  readonly detail?: string
  readonly headers?: Readonly<Record<string, string>>
}

const { ResponseType } = apigateway
const again = { 'Retry-After': "'1'" }

const always: readonly Refusal[] = [
  {
    ...{ id: 'Throttled', type: ResponseType.THROTTLED, status: 429, code: 'unavailable' },
    ...{ detail: '"more requests than are taken in a second"', headers: again },
  },
  { id: 'Incomplete', type: ResponseType.BAD_REQUEST_PARAMETERS, status: 400, code: 'invalid' },
  {
    ...{ id: 'Late', type: ResponseType.INTEGRATION_TIMEOUT, status: 504, code: 'unavailable' },
    ...{ detail: '"no answer in time; whether it took effect is unknown"', headers: again },
  },
]

const ofBearer: readonly Refusal[] = [
  {
    ...{ id: 'Unauthorized', type: ResponseType.UNAUTHORIZED, status: 401, code: 'invalid' },
    detail: '"this needs an API key or a token that is known here"',
    headers: { 'WWW-Authenticate': `'Basic realm="varve"'` },
  },
  {
    ...{ id: 'Forbidden', type: ResponseType.ACCESS_DENIED, status: 403, code: 'invalid' },
    // The authorizer gives its reason as JSON text.
    detail: '$context.authorizer.reason',
  },
]

/**
 * What the gateway refuses by itself, in the form that the API has for problems (docs/api.md). It
 * takes none for a body that is too long (413) or in a coding it does not know (415).
 */
export function tellProblems(api: apigateway.RestApi, props: GatewayProblemsProps): void {
  // A page may know why it was refused; it learns nothing else.
  const open: Record<string, string> = props.isOpenToPages
    ? { 'Access-Control-Allow-Origin': `'*'` }
    : {}
  for (const refusal of [...always, ...(props.isBearer ? ofBearer : [])]) {
    api.addGatewayResponse(refusal.id, {
      type: refusal.type,
      statusCode: String(refusal.status),
      responseHeaders: { ...open, ...refusal.headers },
      templates: { 'application/json': problem(refusal) },
    })
  }
}

function problem({ status, code, detail = '$context.error.messageString' }: Refusal): string {
  const members = [
    `"type":"urn:varve:problem:${code}"`,
    `"title":"${errorTitles[code]}"`,
    `"status":${status}`,
    `"detail":${detail}`,
    `"code":"${code}"`,
    '"errors":[]',
  ]
  return `{${members.join(',')}}`
}
