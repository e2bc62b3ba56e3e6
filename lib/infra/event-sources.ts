import { Duration, Names, type RemovalPolicy, Token } from 'aws-cdk-lib'
import type * as lambda from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource, type SqsEventSourceProps } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import * as sqs from 'aws-cdk-lib/aws-sqs'
import { Construct, type IConstruct } from 'constructs'

/** A queue's messages stay unseen for this many times the longest call, as Lambda asks. */
const visibilityCalls = 6

export function visibilityFor(callTimeout: Duration): Duration {
  return Duration.seconds(visibilityCalls * callTimeout.toSeconds())
}

/** What becomes of objects that landed, and of the logs of their delivery. */
export interface LandedProps {
  readonly removalPolicy: RemovalPolicy
  readonly logRetention: RetentionDays
  readonly logRemovalPolicy: RemovalPolicy
}

export interface EventSourcesProps {
  readonly archiveBucket: IBucket
  readonly eventsFunction: lambda.Function
  readonly deadLetterQueue: sqs.Queue
  /** Undefined: as many as the account has. */
  readonly callsAtOnceMax: number | undefined
  /** Of what lands for delivery streams. */
  readonly landed: LandedProps
}

/** What calls the events function. Each kind of source has a file of its own in `sources/`. */
export class EventSources extends Construct {
  readonly archiveBucket: IBucket
  readonly eventsFunction: lambda.Function
  readonly deadLetterQueue: sqs.Queue
  readonly landed: LandedProps
  /** Switched on, it gives the dead letters to the events function again; it is off. */
  readonly redrive: SqsEventSource
  readonly #callsAtOnceMax: number

  constructor(scope: Construct, id: string, props: EventSourcesProps) {
    super(scope, id)
    this.archiveBucket = props.archiveBucket
    this.eventsFunction = props.eventsFunction
    this.deadLetterQueue = props.deadLetterQueue
    this.landed = props.landed
    this.#callsAtOnceMax = props.callsAtOnceMax ?? Number.POSITIVE_INFINITY
    const { eventsFunction, deadLetterQueue } = props
    eventsFunction.addEnvironment('VARVE_DEAD_LETTERS', deadLetterQueue.queueArn)
    this.redrive = this.takeMessages(deadLetterQueue, { enabled: false, maxConcurrency: 2 })
  }

  /** How long a message of a queue should stay unseen while a call works at it. */
  get visibilityTimeout(): Duration {
    return visibilityFor(this.eventsFunction.timeout!)
  }

  /** The id of what belongs to a source, which may be added once. */
  idFor(kind: string, source: IConstruct): string {
    return `${kind}-${Names.nodeUniqueId(source.node)}`
  }

  /** Messages that failed come again one by one; those that were stored are gone. */
  takeMessages(queue: sqs.IQueue, props: SqsEventSourceProps): SqsEventSource {
    this.#checkVisibility(queue)
    const { maxConcurrency = Number.POSITIVE_INFINITY } = props
    // A message that finds the function busy too often would pass for one that failed for good.
    const atOnce = Math.max(2, Math.min(maxConcurrency, this.#callsAtOnceMax))
    const source = new SqsEventSource(queue, {
      ...props,
      ...(Number.isFinite(atOnce) && { maxConcurrency: atOnce }),
      reportBatchItemFailures: true,
    })
    this.eventsFunction.addEventSource(source)
    return source
  }

  /** Lambda refuses such a queue when it is deployed; of a given one only its owner knows. */
  #checkVisibility(queue: sqs.IQueue): void {
    const resource = queue.node.defaultChild
    if (!(resource instanceof sqs.CfnQueue)) return
    const seconds = resource.visibilityTimeout ?? 30
    const least = this.eventsFunction.timeout!.toSeconds()
    if (Token.isUnresolved(seconds) || seconds >= least) return
    throw new Error(
      `visibilityTimeout of ${queue.node.path} is ${seconds} s, expected ` +
        `${this.visibilityTimeout.toSeconds()} s; at least ${least} s, the eventsTimeout`,
    )
  }
}
