import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import * as apigateway from 'aws-cdk-lib/aws-apigateway'
import type * as lambda from 'aws-cdk-lib/aws-lambda'
import * as logs from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { ArchiveAuth } from './archive-auth.ts'
import { ArchiveAuthorizer } from './archive-authorizer.ts'
import { ArchiveConsole, consoleThrottling, openToAll } from './archive-console.ts'
import { stageName } from './archive-grants.ts'
import { measuredNameOf } from './archive-name.ts'
import { addCheckedQuestions } from './gateway-checks.ts'
import { tellProblems } from './gateway-problems.ts'

export interface ArchiveApiProps {
  readonly appendFunction: lambda.IFunction
  readonly queryFunction: lambda.IFunction
  readonly adminFunction: lambda.IFunction
  readonly requestsPerSecondMax: number
  readonly burstRequestsMax: number
  readonly queryTimeout: Duration
  readonly domain: apigateway.DomainNameOptions | undefined
  readonly auth: ArchiveAuth
  /** Whether pages of other origins may use it: browsers ask the functions which. */
  readonly isOpenToPages: boolean
  /** Whether it serves the console. */
  readonly hasConsole: boolean
  readonly logRetention: logs.RetentionDays
  readonly logRemovalPolicy: RemovalPolicy
}

/** Longest that API Gateway waits for a buffered answer without a raised quota. */
export const appendTimeout = Duration.seconds(29)

/**
 * The HTTP doors: appends answer at once and are buffered, questions and erasures stream. Every
 * method but those of the console's files demands a signature (AWS IAM), or a key or token. A
 * stream's slashes are part of the path, hence the greedy `{proxy+}`; each resource has its own,
 * because the gateway never goes back to one above.
 */
export class ArchiveApi extends Construct {
  readonly api: apigateway.RestApi
  readonly authorizeFunction: lambda.Function | undefined
  readonly consoleFunction: lambda.Function | undefined
  readonly accessLog: logs.LogGroup

  constructor(scope: Construct, id: string, props: ArchiveApiProps) {
    super(scope, id)
    const { bearer } = props.auth
    const doorkeeper = bearer && new ArchiveAuthorizer(this, 'Doorkeeper', { ...props, bearer })
    this.authorizeFunction = doorkeeper?.function
    this.accessLog = new logs.LogGroup(this, 'AccessLog', {
      retention: props.logRetention,
      removalPolicy: props.logRemovalPolicy,
    })
    this.api = new apigateway.RestApi(this, 'Api', {
      // Its metrics are those of all APIs of this name in the account's region.
      restApiName: measuredNameOf(this),
      description: 'Varve event archive',
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      // Bodies reach the function byte for byte, though unpacked (lambdas/unpacked-body.ts).
      binaryMediaTypes: ['*/*'],
      defaultMethodOptions: doorkeeper
        ? { authorizer: doorkeeper.authorizer, apiKeyRequired: doorkeeper.usage !== undefined }
        : { authorizationType: apigateway.AuthorizationType.IAM },
      // The authorizer says whose request it is, and no header of the caller's.
      ...(doorkeeper?.usage && { apiKeySourceType: apigateway.ApiKeySourceType.AUTHORIZER }),
      // The account's role for API logs is shared by all its stacks: it stays when this one goes.
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: this.#stage(props),
      ...(props.domain && {
        domainName: { ...props.domain, securityPolicy: apigateway.SecurityPolicy.TLS_1_2 },
        // Who may call this address is known by its name; the other one would be a second door.
        disableExecuteApiEndpoint: true,
      }),
    })
    const { isOpenToPages } = props
    tellProblems(this.api, { isBearer: doorkeeper !== undefined, isOpenToPages })
    this.#route(
      appendIntegration(props),
      streamIntegration(props, props.queryFunction),
      streamIntegration(props, props.adminFunction),
    )
    doorkeeper?.usage?.limit(this.api)
    if (isOpenToPages) letPagesAsk(this.api, streamIntegration(props, props.queryFunction))
    if (!props.hasConsole) return
    const auth = bearer ? 'bearer' : 'iam'
    this.consoleFunction = new ArchiveConsole(this, 'Page', {
      ...{ api: this.api, auth },
      logRetention: props.logRetention,
      logRemovalPolicy: props.logRemovalPolicy,
    }).function
  }

  #stage(props: ArchiveApiProps): apigateway.StageOptions {
    return {
      stageName,
      // What the gateway itself fails at is seen nowhere else.
      loggingLevel: apigateway.MethodLoggingLevel.ERROR,
      throttlingRateLimit: props.requestsPerSecondMax,
      throttlingBurstLimit: props.burstRequestsMax,
      ...(props.hasConsole && { methodOptions: consoleThrottling }),
      accessLogDestination: new apigateway.LogGroupLogDestination(this.accessLog),
      accessLogFormat: apigateway.AccessLogFormat.jsonWithStandardFields(),
    }
  }

  #route(
    append: apigateway.Integration,
    query: apigateway.Integration,
    admin: apigateway.Integration,
  ): void {
    this.api.root.addResource('openapi.json').addMethod('GET', query)
    const version = this.api.root.addResource('v1')
    const events = version.addResource('events')
    events.addMethod('POST', append)
    events.addResource('{proxy+}').addMethod('GET', query)
    const streams = version.addResource('streams')
    streams.addMethod('GET', query)
    const stream = streams.addResource('{proxy+}')
    stream.addMethod('POST', append)
    stream.addMethod('GET', query)
    const search = version.addResource('search')
    search.addMethod('GET', query)
    search.addMethod('POST', query)
    const erase = version.addResource('erase')
    erase.addMethod('GET', query)
    erase.addMethod('POST', admin)
    erase.addResource('{proxy+}').addMethod('GET', query)
    addCheckedQuestions(this.api, version, query)
    version.addResource('{proxy+}').addMethod('GET', query)
  }
}

/** A browser asks without credentials whether a page may send a request. */
function letPagesAsk(api: apigateway.RestApi, query: apigateway.Integration): void {
  const doors = api.node.findAll().filter(each => each instanceof apigateway.Resource)
  for (const resource of doors) {
    openToAll(resource.addMethod('OPTIONS', query))
  }
}

function appendIntegration(props: ArchiveApiProps): apigateway.Integration {
  return new apigateway.LambdaIntegration(props.appendFunction, {
    timeout: appendTimeout,
    allowTestInvoke: false,
  })
}

function streamIntegration(
  props: ArchiveApiProps,
  asked: lambda.IFunction,
): apigateway.Integration {
  return new apigateway.LambdaIntegration(asked, {
    responseTransferMode: apigateway.ResponseTransferMode.STREAM,
    timeout: props.queryTimeout,
    allowTestInvoke: false,
  })
}
