import { Duration, Size } from 'aws-cdk-lib'
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose'
import type { LandingBucket } from './landing-bucket.ts'

/** A delivery stream of Amazon Data Firehose. */
export interface FirehoseOptions {
  /**
   * Stream of the events that name none.
   * @default - the id
   */
  readonly stream?: string
  /**
   * How long records are gathered for an object, at most 15 minutes.
   * @default Duration.minutes(1)
   */
  readonly bufferingInterval?: Duration
  /**
   * How much is gathered for an object, 1 to 128 MiB.
   * @default Size.mebibytes(64)
   */
  readonly bufferingSize?: Size
}

/**
 * Records land as lines of packed objects, which are imported. Not by the HTTP door: what that
 * cannot take for its size would be lost, and what Firehose gathers is one object here.
 */
export function addFirehose(
  landing: LandingBucket,
  id: string,
  options: FirehoseOptions = {},
): firehose.DeliveryStream {
  const { stream = id, bufferingInterval, bufferingSize } = options
  const prefix = landing.take(stream)
  const role = landing.roleFor(id)
  const log = landing.logFor(id)
  log.grantWrite(role)
  const delivery = new firehose.DeliveryStream(landing, `Firehose-${id}`, {
    encryption: firehose.StreamEncryption.awsOwnedKey(),
    destination: new firehose.S3Bucket(landing.bucket, {
      // It has all it needs: what CDK would add lets it read and delete, too.
      role: role.withoutPolicyUpdates(),
      dataOutputPrefix: `${prefix}!{timestamp:yyyy/MM/dd/HH}/`,
      errorOutputPrefix: `failed/${stream}/!{firehose:error-output-type}/`,
      bufferingInterval: bufferingInterval ?? Duration.minutes(1),
      bufferingSize: bufferingSize ?? Size.mebibytes(64),
      compression: firehose.Compression.GZIP,
      processors: [new firehose.AppendDelimiterToRecordProcessor()],
      loggingConfig: new firehose.EnableLogging(log),
    }),
  })
  delivery.node.addDependency(role)
  return delivery
}
