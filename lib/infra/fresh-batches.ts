import { Duration } from 'aws-cdk-lib'
import type * as lambda from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import * as s3 from 'aws-cdk-lib/aws-s3'
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications'
import * as sqs from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { tailPrefix } from '../store/keys.ts'
import type { ArchivePlace } from './archive-access.ts'
import { createDeadLetters } from './dead-letters.ts'
import { tellOfNewObjects } from './object-notifications.ts'

/**
 * S3 tells a queue of each new tail object; the queue wakes the brigade once for all that came in a
 * minute. The messages are hints: a lost one costs at most the wait for the schedule. Those with
 * which the brigade failed five times are kept, as a sign that it fails.
 */
export class FreshBatches extends Construct {
  readonly queue: sqs.Queue
  readonly deadLetterQueue: sqs.Queue

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.deadLetterQueue = createDeadLetters(this, 'DeadLetters')
    this.queue = new sqs.Queue(this, 'Queue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // Six times the longest call, as Lambda asks of its queues.
      visibilityTimeout: Duration.minutes(90),
      retentionPeriod: Duration.hours(12),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: 5 },
    })
  }

  /** A new S3 bucket is told in its own template, a given one by CDK's custom resource. */
  notifyFrom({ bucket, prefix }: ArchivePlace, isGiven: boolean): void {
    const keyPrefix = `${prefix}${tailPrefix}`
    if (!isGiven) {
      tellOfNewObjects(bucket as s3.Bucket, this.queue, keyPrefix)
      return
    }
    const destination = new SqsDestination(this.queue)
    bucket.addEventNotification(s3.EventType.OBJECT_CREATED, destination, { prefix: keyPrefix })
  }

  wake(brigade: lambda.Function): void {
    brigade.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: 10_000,
        maxBatchingWindow: Duration.minutes(1),
        // The fewest that Lambda allows; members need no more than each other's catalog.
        maxConcurrency: 2,
      }),
    )
  }
}
