import { Duration, type RemovalPolicy, Size } from 'aws-cdk-lib'
import * as apigateway from 'aws-cdk-lib/aws-apigateway'
import type * as lambda from 'aws-cdk-lib/aws-lambda'
import type * as logs from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { ArchiveFunction } from './archive-function.ts'

export interface ArchiveConsoleProps {
  readonly api: apigateway.RestApi
  /** What the page asks for. */
  readonly auth: 'bearer' | 'iam'
  readonly logRetention: logs.RetentionDays
  readonly logRemovalPolicy: RemovalPolicy
}

/** Files beside the page (`consolePaths` of lib/api/console-response.ts). */
const fileNames = ['console.js', 'console.css'] as const

/**
 * What the files may cost: they are for everybody, so that strangers could call them all day. At
 * this rate they would cost five dollars a day.
 */
export const consoleThrottling: Readonly<Record<string, apigateway.MethodDeploymentOptions>> =
  Object.fromEntries(
    ['', ...fileNames].map(name => [
      `/${name}/GET`,
      { throttlingRateLimit: 5, throttlingBurstLimit: 60 },
    ]),
  )

/**
 * The console's page and its files, which a browser opens without credentials. They are text that
 * tells nothing of the archive, of a function that can do nothing but write its log.
 */
export class ArchiveConsole extends Construct {
  readonly function: lambda.Function

  constructor(scope: Construct, id: string, props: ArchiveConsoleProps) {
    super(scope, id)
    const { api, auth, ...logging } = props
    this.function = new ArchiveFunction(this, 'Console', {
      ...logging,
      bundle: 'console',
      description: 'Varve: serves the page that asks',
      environment: { VARVE_AUTH: auth },
      memory: Size.mebibytes(256),
      timeout: Duration.seconds(10),
      statements: [],
    }).function
    const integration = new apigateway.LambdaIntegration(this.function, { allowTestInvoke: false })
    openToAll(api.root.addMethod('GET', integration))
    for (const name of fileNames) {
      openToAll(api.root.addResource(name).addMethod('GET', integration))
    }
  }
}

/** Nobody is asked for credentials at this method, whatever the others of the API ask for. */
export function openToAll(method: apigateway.Method): void {
  const door = method.node.defaultChild as apigateway.CfnMethod
  door.authorizationType = apigateway.AuthorizationType.NONE
  door.authorizerId = undefined
  door.apiKeyRequired = false
}
