import { Stack } from 'aws-cdk-lib'
import * as iam from 'aws-cdk-lib/aws-iam'
import type * as s3 from 'aws-cdk-lib/aws-s3'
import type * as sqs from 'aws-cdk-lib/aws-sqs'

/**
 * Tells the queue of new objects whose keys begin so, in the template of the S3 bucket itself: for
 * S3 buckets that we make and whose only notification this is. It needs no custom resource.
 */
export function tellOfNewObjects(bucket: s3.Bucket, queue: sqs.Queue, keyPrefix: string): void {
  // By account, not by ARN: the S3 bucket can only be made when the queue already lets it in.
  queue.grantSendMessages(
    new iam.ServicePrincipal('s3.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(queue).account } },
    }),
  )
  const resource = bucket.node.defaultChild as s3.CfnBucket
  resource.notificationConfiguration = {
    queueConfigurations: [
      {
        event: 's3:ObjectCreated:*',
        queue: queue.queueArn,
        filter: { s3Key: { rules: [{ name: 'prefix', value: keyPrefix }] } },
      },
    ],
  }
  bucket.node.addDependency(queue)
}
