import { Duration, type RemovalPolicy, Size, Stack } from 'aws-cdk-lib'
import * as apigateway from 'aws-cdk-lib/aws-apigateway'
import type * as lambda from 'aws-cdk-lib/aws-lambda'
import type * as logs from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { parseKeyList } from '../access/key-list.ts'
import { type BearerAuth, keyListOf } from './archive-auth.ts'
import { ArchiveFunction } from './archive-function.ts'
import { ArchiveUsage, archiveNameOf } from './archive-usage.ts'

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
  /** Undefined where nobody is slowed down alone. */
  readonly usage: ArchiveUsage | undefined

  constructor(scope: Construct, id: string, props: ArchiveAuthorizerProps) {
    super(scope, id)
    const { bearer, logRetention, logRemovalPolicy } = props
    const { tokens, requestsPerSecondMax } = bearer
    const keyList = keyListOf(bearer)
    this.usage =
      requestsPerSecondMax === undefined
        ? undefined
        : new ArchiveUsage(this, 'Usage', {
            holderNames: parseKeyList(keyList).map(({ name }) => name),
            takesTokens: tokens !== undefined,
            requestsPerSecondMax,
          })
    this.function = new ArchiveFunction(this, 'Authorize', {
      bundle: 'authorize',
      description: 'Varve: says who may ask',
      files: { 'keys.json': keyList },
      environment: {
        ...(tokens && { VARVE_ISSUER: Stack.of(this).toJsonString(tokens) }),
        ...(this.usage && { VARVE_COUNTED: archiveNameOf(this) }),
      },
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
