import * as apigateway from 'aws-cdk-lib/aws-apigateway'

export interface GatewayProblemsProps {
  /** Whether keys and tokens are asked for. */
  readonly isBearer: boolean
  /** Whether pages of other origins may use the API. */
  readonly isOpenToPages: boolean
}

const notUnderstood = 'The request cannot be understood'

/** What the gateway refuses by itself, in the form that the API has for problems (docs/api.md). */
export function tellProblems(api: apigateway.RestApi, props: GatewayProblemsProps): void {
  // A page may know why it was refused; it learns nothing else.
  const headers: Record<string, string> = props.isOpenToPages
    ? { 'Access-Control-Allow-Origin': `'*'` }
    : {}
  const detail = '"more requests than are taken in a second"'
  api.addGatewayResponse('Throttled', {
    type: apigateway.ResponseType.THROTTLED,
    responseHeaders: { ...headers, 'Retry-After': "'1'" },
    templates: problem(429, 'unavailable', 'Not now; the same request may succeed later', detail),
  })
  if (!props.isBearer) return
  const unknown = '"this needs an API key or a token that is known here"'
  api.addGatewayResponse('Unauthorized', {
    type: apigateway.ResponseType.UNAUTHORIZED,
    responseHeaders: { ...headers, 'WWW-Authenticate': `'Basic realm="varve"'` },
    templates: problem(401, 'invalid', notUnderstood, unknown),
  })
  api.addGatewayResponse('Forbidden', {
    type: apigateway.ResponseType.ACCESS_DENIED,
    responseHeaders: headers,
    // The authorizer gives its reason as JSON text.
    templates: problem(403, 'invalid', notUnderstood, '$context.authorizer.reason'),
  })
}

function problem(status: number, code: string, title: string, detail: string) {
  const members = [
    `"type":"urn:varve:problem:${code}"`,
    `"title":"${title}"`,
    `"status":${status}`,
    `"detail":${detail}`,
    `"code":"${code}"`,
    '"errors":[]',
  ]
  return { 'application/json': `{${members.join(',')}}` }
}
