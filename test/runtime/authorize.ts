import type { APIGatewayAuthorizerResult, APIGatewayProxyEvent } from 'aws-lambda'
import type { LambdaFunction } from './lambda-function.ts'

/** What the gateway makes of the authorizer's word: a type of its answers, or leave to pass. */
export interface GatewayVerdict {
  readonly refused?: 'UNAUTHORIZED' | 'ACCESS_DENIED' | 'AUTHORIZER_FAILURE'
  /** For the function, or for the answer. */
  readonly context: Readonly<Record<string, string>>
}

/** Calls the authorizer with the request, as the gateway does. */
export async function authorize(
  authorizer: LambdaFunction,
  event: APIGatewayProxyEvent,
): Promise<GatewayVerdict> {
  const { httpMethod, path } = event
  const methodArn = `arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/live/${httpMethod}${path}`
  const outcome = await authorizer.call({ ...event, type: 'REQUEST', methodArn, body: undefined })
  if (outcome.kind === 'failed' && outcome.message === 'Unauthorized') {
    return { refused: 'UNAUTHORIZED', context: {} }
  }
  if (outcome.kind !== 'answer') return { refused: 'AUTHORIZER_FAILURE', context: {} }
  const { policyDocument, context = {} }: APIGatewayAuthorizerResult = JSON.parse(outcome.json)
  const texts = Object.entries(context ?? {}).map(([name, value]) => [name, String(value)] as const)
  const isAllowed = policyDocument.Statement.every(({ Effect }) => Effect === 'Allow')
  if (isAllowed) return { context: Object.fromEntries(texts) }
  const named = texts.map(([name, value]) => [`authorizer.${name}`, value] as const)
  return { refused: 'ACCESS_DENIED', context: Object.fromEntries(named) }
}
