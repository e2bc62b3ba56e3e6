import { Duration } from 'aws-cdk-lib'
import * as iam from 'aws-cdk-lib/aws-iam'
import * as logs from 'aws-cdk-lib/aws-logs'
import * as s3 from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import type { LandedProps } from '../event-sources.ts'
import { tellOfNewObjects } from '../object-notifications.ts'
import type { Landings } from './landings.ts'

/** What lands is an event's second place: it goes when the archive surely has it. */
const keptFor = Duration.days(14)
const arrivals = 'arrived/'

/** The S3 bucket that the archive's own delivery streams write to, and that it imports. */
export class LandingBucket extends Construct {
  readonly bucket: s3.Bucket
  readonly #landings: Landings
  readonly #props: LandedProps

  constructor(landings: Landings, id: string, props: LandedProps) {
    super(landings, id)
    this.#landings = landings
    this.#props = props
    this.bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [
        {
          id: 'imported',
          expiration: keptFor,
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: props.removalPolicy,
    })
    tellOfNewObjects(this.bucket, landings.queue, arrivals)
  }

  /** What a delivery stream writes as: new objects, and nothing that is there can be read. */
  roleFor(id: string): iam.Role {
    const role = new iam.Role(this, `Role-${id}`, {
      assumedBy: new iam.ServicePrincipal('firehose.amazonaws.com'),
      description: `Varve: lands what is put into the delivery stream ${id}`,
    })
    const { bucket } = this
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
        resources: [bucket.arnForObjects('*')],
      }),
    )
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
        resources: [bucket.bucketArn],
      }),
    )
    return role
  }

  /** Where a delivery stream says why it failed. */
  logFor(id: string): logs.LogGroup {
    const { logRetention: retention, logRemovalPolicy: removalPolicy } = this.#props
    return new logs.LogGroup(this, `Log-${id}`, { retention, removalPolicy })
  }

  /** Imports what lands for this stream; the prefix that it has to land under. */
  take(stream: string): string {
    const prefix = `${arrivals}${stream}/`
    this.#landings.add(this.bucket, { prefix, stream })
    return prefix
  }
}
