import { Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib'
import type * as apigateway from 'aws-cdk-lib/aws-apigateway'
import * as events from 'aws-cdk-lib/aws-events'
import * as targets from 'aws-cdk-lib/aws-events-targets'
import * as iam from 'aws-cdk-lib/aws-iam'
import type * as lambda from 'aws-cdk-lib/aws-lambda'
import * as logs from 'aws-cdk-lib/aws-logs'
import type * as s3 from 'aws-cdk-lib/aws-s3'
import type * as sqs from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { memberStatements, readerStatements, writerStatements } from './archive-access.ts'
import { ArchiveApi, appendTimeout } from './archive-api.ts'
import { createBucket } from './archive-bucket.ts'
import { ArchiveFunction, type ArchiveFunctionProps } from './archive-function.ts'
import { prefixPattern } from './archive-list.ts'
import { FreshBatches } from './fresh-batches.ts'

export interface EventArchiveProps {
  /**
   * S3 bucket that holds the archive. It must not be versioned: over a delete marker a create-only
   * PUT succeeds.
   * @default - a new one: private, TLS only, encrypted by S3, unversioned
   */
  readonly bucket?: s3.IBucket
  /**
   * Prefix of the archive's keys; ends with a slash.
   * @default - none: the archive has the whole S3 bucket
   */
  readonly prefix?: string
  /**
   * What becomes of the new S3 bucket and the logs when the stack goes.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy
  /**
   * Memory of the append function; its CPU grows with it, one whole core at 1,769 MiB.
   * @default Size.mebibytes(1769)
   */
  readonly appendMemory?: Size
  /**
   * Memory of the query function: more is faster and dearer by the second.
   * @default Size.mebibytes(1769)
   */
  readonly queryMemory?: Size
  /**
   * Memory of the brigade function.
   * @default Size.mebibytes(1769)
   */
  readonly brigadeMemory?: Size
  /**
   * Longest that one question may run; API Gateway ends a streamed answer after 15 minutes.
   * @default Duration.minutes(5)
   */
  readonly queryTimeout?: Duration
  /**
   * How often a brigade member looks for work unasked. Fresh batches wake one within a minute
   * anyhow.
   * @default - once a day, so that an idle archive is idle
   */
  readonly brigadeSchedule?: events.Schedule
  /**
   * Requests a second above which API Gateway answers 429.
   * @default 1000
   */
  readonly requestsPerSecondMax?: number
  /**
   * Requests that may arrive at once above that rate.
   * @default 2000
   */
  readonly burstRequestsMax?: number
  /**
   * How long logs of the functions and of the API are kept.
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays
}

/** One archive on AWS: S3 bucket, HTTP API and three functions. Nothing runs while nobody asks. */
export class EventArchive extends Construct {
  readonly bucket: s3.IBucket
  /** As the command line takes it: `s3://BUCKET` or `s3://BUCKET/PREFIX`. */
  readonly storeUrl: string
  readonly appendFunction: lambda.Function
  readonly queryFunction: lambda.Function
  readonly brigadeFunction: lambda.Function
  /** Tells the brigade of fresh batches. */
  readonly freshBatchQueue: sqs.Queue
  readonly api: apigateway.RestApi

  readonly #props: EventArchiveProps

  constructor(scope: Construct, id: string, props: EventArchiveProps = {}) {
    super(scope, id)
    this.#props = props
    const prefix = checkedPrefix(props.prefix)
    const freshBatches = new FreshBatches(this, 'FreshBatches')
    this.freshBatchQueue = freshBatches.queue
    this.bucket = props.bucket ?? createBucket(this, 'Bucket', this.#removalPolicy)
    this.storeUrl = `s3://${this.bucket.bucketName}${prefix && `/${prefix.slice(0, -1)}`}`
    const place = { bucket: this.bucket, prefix }
    this.appendFunction = this.#function('Append', {
      bundle: 'append',
      description: 'Varve: stores batches of events',
      memory: props.appendMemory,
      timeout: appendTimeout,
      statements: writerStatements(place),
    })
    this.queryFunction = this.#function('Query', {
      bundle: 'query',
      description: 'Varve: answers questions',
      memory: props.queryMemory,
      timeout: this.#queryTimeout,
      statements: readerStatements(place),
    })
    this.brigadeFunction = this.#function('Brigade', {
      bundle: 'brigade',
      description: 'Varve: folds, compacts and sweeps',
      memory: props.brigadeMemory,
      timeout: Duration.minutes(15),
      statements: memberStatements(place),
    })
    freshBatches.notifyFrom(place)
    freshBatches.wake(this.brigadeFunction)
    this.#scheduleBrigade()
    this.api = this.#createApi()
  }

  /** Lets a principal append events. */
  grantIngest(grantee: iam.IGrantable): iam.Grant {
    return this.#grantInvoke(grantee, ['POST/v1/events', 'POST/v1/streams/*'])
  }

  /** Lets a principal ask questions. */
  grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.#grantInvoke(grantee, ['GET/v1/*', 'POST/v1/search', 'GET/openapi.json'])
  }

  get #removalPolicy(): RemovalPolicy {
    return this.#props.removalPolicy ?? RemovalPolicy.RETAIN
  }

  get #queryTimeout(): Duration {
    return this.#props.queryTimeout ?? Duration.minutes(5)
  }

  get #logging() {
    return {
      logRetention: this.#props.logRetention ?? logs.RetentionDays.ONE_MONTH,
      logRemovalPolicy: this.#removalPolicy,
    }
  }

  #function(
    id: string,
    props: Pick<ArchiveFunctionProps, 'bundle' | 'description' | 'timeout' | 'statements'> & {
      readonly memory: Size | undefined
    },
  ): lambda.Function {
    return new ArchiveFunction(this, id, {
      ...props,
      ...this.#logging,
      memory: props.memory ?? Size.mebibytes(1769),
      storeUrl: this.storeUrl,
    }).function
  }

  #scheduleBrigade(): void {
    new events.Rule(this, 'BrigadeSchedule', {
      description: 'Varve: what no notification woke the brigade for',
      schedule: this.#props.brigadeSchedule ?? events.Schedule.rate(Duration.days(1)),
      targets: [new targets.LambdaFunction(this.brigadeFunction, { retryAttempts: 0 })],
    })
  }

  #createApi(): apigateway.RestApi {
    return new ArchiveApi(this, 'Doors', {
      appendFunction: this.appendFunction,
      queryFunction: this.queryFunction,
      queryTimeout: this.#queryTimeout,
      requestsPerSecondMax: this.#props.requestsPerSecondMax ?? 1000,
      burstRequestsMax: this.#props.burstRequestsMax ?? 2000,
      ...this.#logging,
    }).api
  }

  #grantInvoke(grantee: iam.IGrantable, doors: readonly string[]): iam.Grant {
    const stage = this.api.deploymentStage.stageName
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      resourceArns: doors.map(door =>
        Stack.of(this).formatArn({
          service: 'execute-api',
          resource: this.api.restApiId,
          resourceName: `${stage}/${door}`,
        }),
      ),
    })
  }
}

function checkedPrefix(prefix = ''): string {
  if (prefix === '' || prefixPattern.test(prefix)) return prefix
  throw new Error(
    `prefix is ${JSON.stringify(prefix)}, ` +
      'expected parts of A-Z a-z 0-9 _ . = -, each followed by a slash',
  )
}
