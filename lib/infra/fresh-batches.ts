import { Duration } from 'aws-cdk-lib'
import * as iam from 'aws-cdk-lib/aws-iam'
import * as lambda from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import * as s3 from 'aws-cdk-lib/aws-s3'
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications'
import * as sqs from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { tailPrefix } from '../store/keys.ts'
import type { ArchivePlace } from './archive-access.ts'
import { brigadeWake } from './brigade-wake.ts'
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
      visibilityTimeout: Duration.minutes(brigadeWake.visibilityMinutes),
      retentionPeriod: Duration.hours(brigadeWake.retentionHours),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: brigadeWake.receivesMax },
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

  /** Also by itself, when its time is over before its work is done (`lambdas/wake-again.ts`). */
  wake(brigade: lambda.Function): void {
    brigade.addEnvironment('VARVE_QUEUE_URL', this.queue.queueUrl)
    brigade.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
      }),
    )
    // Work of days is handed on more often than the 16 times after which Lambda stops such a chain.
    const resource = brigade.node.defaultChild as lambda.CfnFunction
    resource.recursiveLoop = lambda.RecursiveLoop.ALLOW
    brigade.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: brigadeWake.callMessagesMax,
        maxBatchingWindow: Duration.minutes(brigadeWake.windowMinutes),
        maxConcurrency: brigadeWake.concurrencyMax,
      }),
    )
  }
}
