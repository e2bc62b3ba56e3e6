import type { Template } from 'aws-cdk-lib/assertions'

/** What the gateway answers by itself. */
export interface GatewayAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Gives the answer of a type, e.g. `UNAUTHORIZED`, with these variables of `$context` in it. */
export type GatewayAnswers = (
  type: string,
  context: Readonly<Record<string, string>>,
) => GatewayAnswer

/** What API Gateway says where a template says nothing: its own words, and these statuses. */
const statuses: Readonly<Record<string, number>> = {
  MISSING_AUTHENTICATION_TOKEN: 403,
  UNAUTHORIZED: 401,
  ACCESS_DENIED: 403,
  REQUEST_TOO_LARGE: 413,
  BAD_REQUEST_PARAMETERS: 400,
  BAD_REQUEST_BODY: 400,
  UNSUPPORTED_MEDIA_TYPE: 415,
  AUTHORIZER_FAILURE: 500,
}

/** What a template may say of these is not heard. */
const unformed: ReadonlySet<string> = new Set(['REQUEST_TOO_LARGE'])

/** The answers as the template forms them. */
export function gatewayAnswers(template: Template): GatewayAnswers {
  const formed = Object.values(template.findResources('AWS::ApiGateway::GatewayResponse'))
  return (type, context) => {
    const { Properties } =
      formed.find(each => !unformed.has(type) && each.Properties.ResponseType === type) ?? {}
    const text: string =
      Properties?.ResponseTemplates?.['application/json'] ??
      '{"message":$context.error.messageString}'
    const given = Object.entries<string>(Properties?.ResponseParameters ?? {}).map(
      ([name, value]) => [name.replace('gatewayresponse.header.', ''), value.slice(1, -1)],
    )
    return {
      status: Number(Properties?.StatusCode ?? statuses[type]),
      headers: { 'Content-Type': 'application/json', ...Object.fromEntries(given) },
      body: text.replaceAll(/\$context\.([\w.]+)/g, (_, name: string) => context[name] ?? ''),
    }
  }
}
