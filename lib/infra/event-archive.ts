import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib'
import type * as apigateway from 'aws-cdk-lib/aws-apigateway'
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import * as events from 'aws-cdk-lib/aws-events'
import * as targets from 'aws-cdk-lib/aws-events-targets'
import type * as lambda from 'aws-cdk-lib/aws-lambda'
import * as logs from 'aws-cdk-lib/aws-logs'
import type * as s3 from 'aws-cdk-lib/aws-s3'
import type * as sns from 'aws-cdk-lib/aws-sns'
import type * as sqs from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import {
  type ArchivePlace,
  adminStatements,
  memberStatements,
  readerStatements,
  scannerStatements,
  sourcesStatements,
  writerStatements,
} from './archive-access.ts'
import { createAlarms } from './archive-alarms.ts'
import { ArchiveApi, appendTimeout } from './archive-api.ts'
import { ArchiveAuth, type BearerAuth, type TokenIssuer } from './archive-auth.ts'
import { createBucket } from './archive-bucket.ts'
import { createDashboard } from './archive-dashboard.ts'
import { ArchiveFunction, type ArchiveFunctionProps } from './archive-function.ts'
import {
  type EventArchiveAttributes,
  type IEventArchive,
  ImportedArchive,
  placeIn,
} from './archive-grants.ts'
import { guardArchive } from './archive-guards.ts'
import { type ArchiveMetrics, archiveMetrics } from './archive-metrics.ts'
import { ArchiveSources } from './archive-sources.ts'
import { brigadeWake } from './brigade-wake.ts'
import { createDeadLetters } from './dead-letters.ts'
import type { EventArchiveProps } from './event-archive-props.ts'
import { EventSources, visibilityFor } from './event-sources.ts'
import { FreshBatches } from './fresh-batches.ts'
import { callStatement, scanVariables } from './scan-calls.ts'
import { ImportFormat } from './sources/import-format.ts'

export type { EventRuleOptions } from './sources/event-rule.ts'
export type { FirehoseOptions } from './sources/firehose.ts'
export type { ImportBucketOptions } from './sources/import-bucket.ts'
export type { LogGroupOptions } from './sources/log-group.ts'
export type { QueueOptions } from './sources/queue.ts'
export type { StreamOptions } from './sources/stream.ts'
export type { TopicOptions } from './sources/topic.ts'
export type {
  ArchiveMetrics,
  BearerAuth,
  EventArchiveAttributes,
  EventArchiveProps,
  IEventArchive,
  TokenIssuer,
}
export { ArchiveAuth, ImportFormat }

const defaultMemory = Size.mebibytes(brigadeWake.memoryMebibytes)

/** One archive on AWS: S3 bucket, HTTP API and seven functions. Nothing runs while nobody asks. */
export class EventArchive extends ArchiveSources {
  /** An archive that another stack made, to grant its use. */
  static fromAttributes(
    scope: Construct,
    id: string,
    attributes: EventArchiveAttributes,
  ): IEventArchive {
    return new ImportedArchive(scope, id, attributes)
  }

  readonly appendFunction: lambda.Function
  readonly queryFunction: lambda.Function
  /** Looks through frames for heavy questions; only the query function may call it. */
  readonly scanFunction: lambda.Function
  /** Erases. */
  readonly adminFunction: lambda.Function
  readonly brigadeFunction: lambda.Function
  /** Takes in what AWS services send (docs/sources.md). */
  readonly eventsFunction: lambda.Function
  /** What services sent, and the events function failed at for good. */
  readonly eventsDeadLetterQueue: sqs.Queue
  /** Id of the event source mapping that, switched on, gives it to the function again. */
  readonly redriveId: string
  /** Tells the brigade of fresh batches. */
  readonly freshBatchQueue: sqs.Queue
  /** What the brigade was woken for and failed at five times. */
  readonly deadLetterQueue: sqs.Queue
  readonly brigadeRule: events.Rule
  readonly api: apigateway.RestApi
  /** Says who may ask; undefined where IAM does. */
  readonly authorizeFunction: lambda.Function | undefined
  /** Serves the console's files; undefined without `console`. */
  readonly consoleFunction: lambda.Function | undefined
  /** A line for each request. */
  readonly accessLog: logs.LogGroup
  readonly url: string
  readonly metrics: ArchiveMetrics
  protected readonly place: ArchivePlace
  protected readonly restApiId: string
  protected readonly asksIam: boolean
  protected readonly sources: EventSources

  readonly #props: EventArchiveProps

  constructor(scope: Construct, id: string, props: EventArchiveProps = {}) {
    super(scope, id)
    this.#props = props
    const freshBatches = new FreshBatches(this, 'FreshBatches')
    this.freshBatchQueue = freshBatches.queue
    this.deadLetterQueue = freshBatches.deadLetterQueue
    this.place = placeIn(props.bucket ?? this.#createBucket(), props)
    guardArchive(this.place)
    this.appendFunction = this.#function('Append', {
      bundle: 'append',
      description: 'Varve: stores batches of events',
      memory: props.appendMemory,
      timeout: appendTimeout,
      statements: writerStatements(this.place),
    })
    this.scanFunction = this.#createScanFunction()
    const ask = { bundle: 'query', memory: props.queryMemory, timeout: this.#queryTimeout } as const
    this.queryFunction = this.#function('Query', {
      ...ask,
      description: 'Varve: answers questions',
      statements: [...readerStatements(this.place), callStatement(this.scanFunction)],
      environment: scanVariables(this.scanFunction, props.scanMemory ?? defaultMemory, props),
    })
    this.adminFunction = this.#function('Admin', {
      ...ask,
      description: 'Varve: erases events',
      statements: adminStatements(this.place),
    })
    this.brigadeFunction = this.#function('Brigade', {
      bundle: 'brigade',
      description: 'Varve: folds, compacts and sweeps',
      memory: props.brigadeMemory,
      timeout: Duration.minutes(brigadeWake.callMinutesMax),
      statements: memberStatements(this.place),
    })
    const unseen = visibilityFor(this.#eventsTimeout)
    this.eventsDeadLetterQueue = createDeadLetters(this, 'EventsDeadLetters', unseen)
    this.eventsFunction = this.#createEventsFunction()
    this.sources = new EventSources(this, 'Sources', {
      archiveBucket: this.bucket,
      eventsFunction: this.eventsFunction,
      deadLetterQueue: this.eventsDeadLetterQueue,
      callsAtOnceMax: props.eventsReservedConcurrency,
      landed: { removalPolicy: this.#removalPolicy, ...this.#logging },
    })
    this.redriveId = this.sources.redrive.eventSourceMappingId
    freshBatches.notifyFrom(this.place, props.bucket !== undefined)
    freshBatches.wake(this.brigadeFunction)
    this.brigadeRule = this.#scheduleBrigade()
    const doors = this.#createDoors()
    this.api = doors.api
    this.accessLog = doors.accessLog
    this.authorizeFunction = doors.authorizeFunction
    this.consoleFunction = doors.consoleFunction
    this.asksIam = doors.authorizeFunction === undefined
    this.restApiId = this.api.restApiId
    this.url = props.domainName ? `https://${props.domainName}/` : this.api.url
    this.metrics = archiveMetrics(this)
    if (props.alarmTopic) this.addAlarms(props.alarmTopic)
  }

  /** Alarms for what somebody has to look at (docs/operating.md); they tell the topic, if any. */
  addAlarms(topic?: sns.ITopic): readonly cloudwatch.Alarm[] {
    return createAlarms(this, this.metrics, topic)
  }

  /** A page of CloudWatch with all metrics of the archive. */
  addDashboard(): cloudwatch.Dashboard {
    return createDashboard(this, this.metrics)
  }

  get #removalPolicy(): RemovalPolicy {
    return this.#props.removalPolicy ?? RemovalPolicy.RETAIN
  }

  get #origins(): readonly string[] {
    const { corsOrigins = [] } = this.#props
    for (const origin of corsOrigins) {
      if (URL.parse(origin)?.origin === origin) continue
      throw new Error(`corsOrigins has ${JSON.stringify(origin)}, expected https://HOST`)
    }
    return corsOrigins
  }

  get #queryTimeout(): Duration {
    return this.#props.queryTimeout ?? Duration.minutes(5)
  }

  get #eventsTimeout(): Duration {
    return this.#props.eventsTimeout ?? Duration.minutes(5)
  }

  get #logging() {
    return {
      logRetention: this.#props.logRetention ?? logs.RetentionDays.ONE_MONTH,
      logRemovalPolicy: this.#removalPolicy,
    }
  }

  #createBucket(): s3.Bucket {
    const { key, prefix = '', sealedStorageClass, sealedStorageClassAfter } = this.#props
    return createBucket(this, 'Bucket', {
      removalPolicy: this.#removalPolicy,
      key,
      transition: sealedStorageClass && {
        storageClass: sealedStorageClass,
        after: sealedStorageClassAfter ?? Duration.days(30),
        archivePrefix: prefix,
      },
    })
  }

  #function(
    id: string,
    props: Omit<
      ArchiveFunctionProps,
      'memory' | 'environment' | 'logRetention' | 'logRemovalPolicy'
    > & {
      readonly memory: Size | undefined
      readonly environment?: Readonly<Record<string, string>>
    },
  ): lambda.Function {
    const isDoor = props.bundle === 'append' || props.bundle === 'query'
    return new ArchiveFunction(this, id, {
      ...props,
      ...this.#logging,
      memory: props.memory ?? defaultMemory,
      environment: {
        VARVE_STORE: this.storeUrl,
        ...props.environment,
        ...(isDoor && this.#origins.length > 0 && { VARVE_ORIGINS: this.#origins.join(',') }),
      },
    }).function
  }

  #createScanFunction(): lambda.Function {
    return this.#function('Scan', {
      bundle: 'scan',
      description: 'Varve: looks through frames for heavy questions',
      memory: this.#props.scanMemory,
      timeout: Duration.minutes(1),
      statements: scannerStatements(this.place),
      reservedConcurrency: this.#props.scanReservedConcurrency,
    })
  }

  #createEventsFunction(): lambda.Function {
    const { eventsMemory, eventsReservedConcurrency } = this.#props
    return this.#function('Events', {
      bundle: 'events',
      description: 'Varve: stores what AWS services send',
      memory: eventsMemory,
      timeout: this.#eventsTimeout,
      statements: sourcesStatements(this.place),
      reservedConcurrency: eventsReservedConcurrency,
      deadLetterQueue: this.eventsDeadLetterQueue,
    })
  }

  #scheduleBrigade(): events.Rule {
    return new events.Rule(this, 'BrigadeSchedule', {
      description: 'Varve: what no notification woke the brigade for',
      schedule:
        this.#props.brigadeSchedule ??
        events.Schedule.rate(Duration.hours(brigadeWake.scheduleHours)),
      targets: [new targets.LambdaFunction(this.brigadeFunction, { retryAttempts: 0 })],
    })
  }

  #createDoors(): ArchiveApi {
    const { domainName, certificate, requestsPerSecondMax, burstRequestsMax } = this.#props
    if (!domainName !== !certificate) {
      throw new Error('domainName and certificate go together, expected both or none')
    }
    return new ArchiveApi(this, 'Doors', {
      appendFunction: this.appendFunction,
      queryFunction: this.queryFunction,
      adminFunction: this.adminFunction,
      queryTimeout: this.#queryTimeout,
      requestsPerSecondMax: requestsPerSecondMax ?? 1000,
      burstRequestsMax: burstRequestsMax ?? 2000,
      domain: domainName && certificate ? { domainName, certificate } : undefined,
      auth: this.#props.auth ?? ArchiveAuth.iam(),
      isOpenToPages: this.#origins.length > 0,
      hasConsole: this.#props.console ?? true,
      ...this.#logging,
    })
  }
}
