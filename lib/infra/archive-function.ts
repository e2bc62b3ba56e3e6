import { cpSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Duration, FileSystem, type RemovalPolicy, type Size } from 'aws-cdk-lib'
import * as iam from 'aws-cdk-lib/aws-iam'
import * as lambda from 'aws-cdk-lib/aws-lambda'
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations'
import * as logs from 'aws-cdk-lib/aws-logs'
import type * as sqs from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'

export interface ArchiveFunctionProps {
  /** Folder of the bundle under `dist/lambda`, and name of the source under `lambdas`. */
  readonly bundle: 'append' | 'query' | 'scan' | 'brigade' | 'events' | 'authorize' | 'console'
  readonly description: string
  /** Files beside the bundle, by their names. */
  readonly files?: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string>>
  readonly memory: Size
  readonly timeout: Duration
  readonly logRetention: logs.RetentionDays
  readonly logRemovalPolicy: RemovalPolicy
  /** All it may do, besides writing its own log. */
  readonly statements: readonly iam.PolicyStatement[]
  /** Calls at once that are kept for it, and that it may not pass. Absent: what the account has. */
  readonly reservedConcurrency?: number | undefined
  /** Takes what services called it with in vain three times. */
  readonly deadLetterQueue?: sqs.IQueue
}

/** One Lambda of the archive with a log group and a role of its own; no managed policy. */
export class ArchiveFunction extends Construct {
  readonly function: lambda.Function

  constructor(scope: Construct, id: string, props: ArchiveFunctionProps) {
    super(scope, id)
    const logGroup = new logs.LogGroup(this, 'Log', {
      retention: props.logRetention,
      removalPolicy: props.logRemovalPolicy,
    })
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: props.description,
    })
    for (const statement of props.statements) role.addToPolicy(statement)
    logGroup.grantWrite(role)
    this.function = new lambda.Function(this, 'Function', {
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(codeFolder(props)),
      handler: 'index.handler',
      description: props.description,
      role,
      memorySize: props.memory.toMebibytes(),
      timeout: props.timeout,
      environment: { ...props.environment },
      logGroup,
      ...(props.reservedConcurrency !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrency,
      }),
      ...(props.deadLetterQueue && { onFailure: new SqsDestination(props.deadLetterQueue) }),
      // A line for each call would cost more than the call: only warnings and errors are logged.
      loggingFormat: lambda.LoggingFormat.JSON,
      applicationLogLevelV2: lambda.ApplicationLogLevel.WARN,
      systemLogLevelV2: lambda.SystemLogLevel.WARN,
    })
  }
}

function codeFolder({ bundle, files }: ArchiveFunctionProps): string {
  const built = bundleFolder(bundle)
  if (!files) return built
  const folder = FileSystem.mkdtemp(`varve-${bundle}-`)
  cpSync(built, folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

function bundleFolder(bundle: string): string {
  const folder = fileURLToPath(new URL(`../../dist/lambda/${bundle}`, import.meta.url))
  if (!existsSync(folder)) throw new Error(`${folder} is missing: run \`npm run build\` first`)
  return folder
}
