import { Duration } from 'aws-cdk-lib'
import * as sqs from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'

/**
 * A queue for what failed for good: it keeps each message as long as SQS can. While a message is
 * tried again it stays unseen for the visibility timeout.
 */
export function createDeadLetters(
  scope: Construct,
  id: string,
  visibilityTimeout?: Duration,
): sqs.Queue {
  return new sqs.Queue(scope, id, {
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    ...(visibilityTimeout && { visibilityTimeout }),
  })
}
