import { Duration, Stack } from 'aws-cdk-lib'
import * as iam from 'aws-cdk-lib/aws-iam'
import type * as s3 from 'aws-cdk-lib/aws-s3'
import * as sqs from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { Landing } from '../../sources/landings.ts'
import type { EventSources } from '../event-sources.ts'

/** Environment of a function holds 4 KB in all: some thirty places. */
const environmentName = 'VARVE_LANDINGS'

/** Of an object, each as long as a call and with a pause of five more. */
const triesMax = 20
/** More takes in a flood sooner, and more of the account's concurrency. */
const importsAtOnceMax = 10

/**
 * S3 tells a queue of each object that lands; the queue calls the function until the object is
 * imported. An object that takes longer than a call goes on in the next, hence the many tries.
 */
export class Landings extends Construct {
  readonly queue: sqs.Queue
  readonly #sources: EventSources
  readonly #places: Landing[] = []

  constructor(sources: EventSources, id: string) {
    super(sources, id)
    this.#sources = sources
    this.queue = new sqs.Queue(this, 'Queue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: sources.visibilityTimeout,
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: sources.deadLetterQueue, maxReceiveCount: triesMax },
    })
    // One object a call: the time of a call is for it alone.
    sources.takeMessages(this.queue, { batchSize: 1, maxConcurrency: importsAtOnceMax })
  }

  /** Its own objects would be told of by the notifications that wake the brigade. */
  refuseOwn(bucket: s3.IBucket): void {
    if (bucket.node !== this.#sources.archiveBucket.node) return
    throw new Error('addImportBucket: the S3 bucket of the archive is none that objects land in')
  }

  /** Lets the function read what lies there, and tells it what is known of it. */
  add(bucket: s3.IBucket, place: Omit<Landing, 'bucket'>): void {
    const { eventsFunction } = this.#sources
    eventsFunction.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['s3:GetObject'],
        resources: [bucket.arnForObjects(`${place.prefix}*`)],
      }),
    )
    eventsFunction.addToRolePolicy(
      new iam.PolicyStatement({
        // Only to who may list S3 says that an object is gone, and not that it is forbidden.
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: { StringLikeIfExists: { 's3:prefix': `${place.prefix}*` } },
      }),
    )
    bucket.encryptionKey?.grantDecrypt(eventsFunction)
    this.#places.push({ bucket: bucket.bucketName, ...place })
    eventsFunction.addEnvironment(environmentName, Stack.of(this).toJsonString(this.#places))
  }
}
