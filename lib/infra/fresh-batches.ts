import { Duration, Stack } from 'aws-cdk-lib'
import * as iam from 'aws-cdk-lib/aws-iam'
import type * as lambda from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import * as s3 from 'aws-cdk-lib/aws-s3'
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications'
import * as sqs from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { tailPrefix } from '../store/keys.ts'
import type { ArchivePlace } from './archive-access.ts'

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
    this.deadLetterQueue = new sqs.Queue(this, 'DeadLetters', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    })
    this.queue = new sqs.Queue(this, 'Queue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // Six times the longest call, as Lambda asks of its queues.
      visibilityTimeout: Duration.minutes(90),
      retentionPeriod: Duration.hours(12),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: 5 },
    })
  }

  /**
   * Call it once. A new S3 bucket is told in its own template, a given one by CDK's custom
   * resource.
   */
  notifyFrom(place: ArchivePlace): void {
    const keyPrefix = `${place.prefix}${tailPrefix}`
    const resource = place.bucket.node.defaultChild
    if (!(resource instanceof s3.CfnBucket)) {
      const destination = new SqsDestination(this.queue)
      place.bucket.addEventNotification(s3.EventType.OBJECT_CREATED, destination, {
        prefix: keyPrefix,
      })
      return
    }
    // By account, not by ARN: the S3 bucket can only be made when the queue already lets it in.
    this.queue.grantSendMessages(
      new iam.ServicePrincipal('s3.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    )
    resource.notificationConfiguration = {
      queueConfigurations: [
        {
          event: 's3:ObjectCreated:*',
          queue: this.queue.queueArn,
          filter: { s3Key: { rules: [{ name: 'prefix', value: keyPrefix }] } },
        },
      ],
    }
    place.bucket.node.addDependency(this.queue)
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
