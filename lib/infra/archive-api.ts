import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import * as apigateway from 'aws-cdk-lib/aws-apigateway'
import type * as lambda from 'aws-cdk-lib/aws-lambda'
import * as logs from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'

export interface ArchiveApiProps {
  readonly appendFunction: lambda.IFunction
  readonly queryFunction: lambda.IFunction
  readonly requestsPerSecondMax: number
  readonly burstRequestsMax: number
  readonly queryTimeout: Duration
  readonly logRetention: logs.RetentionDays
  readonly logRemovalPolicy: RemovalPolicy
}

/** Longest that API Gateway waits for a buffered answer without a raised quota. */
export const appendTimeout = Duration.seconds(29)

/**
 * The HTTP doors: appends answer at once and are buffered, questions stream. Every method demands a
 * signature (AWS IAM). A stream's slashes are part of the path, hence the greedy `{proxy+}`.
 */
export class ArchiveApi extends Construct {
  readonly api: apigateway.RestApi

  constructor(scope: Construct, id: string, props: ArchiveApiProps) {
    super(scope, id)
    this.api = new apigateway.RestApi(this, 'Api', {
      description: 'Varve event archive',
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      // Compressed bodies reach the function as they were sent.
      binaryMediaTypes: ['*/*'],
      defaultMethodOptions: { authorizationType: apigateway.AuthorizationType.IAM },
      // The account's role for API logs is shared by all its stacks: it stays when this one goes.
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: this.#stage(props),
    })
    this.#route(appendIntegration(props), queryIntegration(props))
  }

  #stage(props: ArchiveApiProps): apigateway.StageOptions {
    const accessLog = new logs.LogGroup(this, 'AccessLog', {
      retention: props.logRetention,
      removalPolicy: props.logRemovalPolicy,
    })
    return {
      stageName: 'live',
      throttlingRateLimit: props.requestsPerSecondMax,
      throttlingBurstLimit: props.burstRequestsMax,
      accessLogDestination: new apigateway.LogGroupLogDestination(accessLog),
      accessLogFormat: apigateway.AccessLogFormat.jsonWithStandardFields(),
    }
  }

  #route(append: apigateway.Integration, query: apigateway.Integration): void {
    this.api.root.addResource('openapi.json').addMethod('GET', query)
    const version = this.api.root.addResource('v1')
    version.addResource('events').addMethod('POST', append)
    const streams = version.addResource('streams')
    streams.addMethod('GET', query)
    const stream = streams.addResource('{proxy+}')
    stream.addMethod('POST', append)
    stream.addMethod('GET', query)
    const search = version.addResource('search')
    search.addMethod('GET', query)
    search.addMethod('POST', query)
    version.addResource('{proxy+}').addMethod('GET', query)
  }
}

function appendIntegration(props: ArchiveApiProps): apigateway.Integration {
  return new apigateway.LambdaIntegration(props.appendFunction, {
    timeout: appendTimeout,
    allowTestInvoke: false,
  })
}

function queryIntegration(props: ArchiveApiProps): apigateway.Integration {
  return new apigateway.LambdaIntegration(props.queryFunction, {
    responseTransferMode: apigateway.ResponseTransferMode.STREAM,
    timeout: props.queryTimeout,
    allowTestInvoke: false,
  })
}
