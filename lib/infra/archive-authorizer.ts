import { Duration, type RemovalPolicy, Size, Stack } from 'aws-cdk-lib'
import * as apigateway from 'aws-cdk-lib/aws-apigateway'
import type * as lambda from 'aws-cdk-lib/aws-lambda'
import type * as logs from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { type BearerAuth, keyListOf } from './archive-auth.ts'
import { ArchiveFunction } from './archive-function.ts'

export interface ArchiveAuthorizerProps {
  readonly bearer: BearerAuth
  readonly logRetention: logs.RetentionDays
  readonly logRemovalPolicy: RemovalPolicy
}

/**
 * Looks at the key or token of each request, and at what it asks. Verdicts are not kept: they
 * depend on path and query. Its role can do nothing but write its log.
 */
export class ArchiveAuthorizer extends Construct {
  readonly function: lambda.Function
  readonly authorizer: apigateway.RequestAuthorizer

  constructor(scope: Construct, id: string, props: ArchiveAuthorizerProps) {
    super(scope, id)
    const { bearer, logRetention, logRemovalPolicy } = props
    const { tokens } = bearer
    this.function = new ArchiveFunction(this, 'Authorize', {
      bundle: 'authorize',
      description: 'Varve: says who may ask',
      files: { 'keys.json': keyListOf(bearer) },
      environment: tokens ? { VARVE_ISSUER: Stack.of(this).toJsonString(tokens) } : {},
      memory: Size.mebibytes(512),
      timeout: Duration.seconds(10),
      statements: [],
      logRetention,
      logRemovalPolicy,
    }).function
    this.authorizer = new apigateway.RequestAuthorizer(this, 'Authorizer', {
      handler: this.function,
      identitySources: [],
      resultsCacheTtl: Duration.seconds(0),
    })
  }
}

/** Refusals of the gateway in the form that the API has for problems. */
export function tellProblems(api: apigateway.RestApi, isOpenToPages: boolean): void {
  // A page may know why it was refused; it learns nothing else.
  const headers: Record<string, string> = isOpenToPages
    ? { 'Access-Control-Allow-Origin': `'*'` }
    : {}
  api.addGatewayResponse('Unauthorized', {
    type: apigateway.ResponseType.UNAUTHORIZED,
    responseHeaders: { ...headers, 'WWW-Authenticate': `'Basic realm="varve"'` },
    templates: {
      'application/json': problem(401, '"this needs an API key or a token that is known here"'),
    },
  })
  api.addGatewayResponse('Forbidden', {
    type: apigateway.ResponseType.ACCESS_DENIED,
    responseHeaders: headers,
    // The authorizer gives its reason as JSON text.
    templates: { 'application/json': problem(403, '$context.authorizer.reason') },
  })
}

function problem(status: number, detail: string): string {
  const members = [
    '"type":"urn:varve:problem:invalid"',
    '"title":"The request cannot be understood"',
    `"status":${status}`,
    `"detail":${detail}`,
    '"code":"invalid"',
    '"errors":[]',
  ]
  return `{${members.join(',')}}`
}
