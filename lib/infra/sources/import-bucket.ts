import * as s3 from 'aws-cdk-lib/aws-s3'
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications'
import type { ImportFormat } from './import-format.ts'
import type { Landings } from './landings.ts'

/** What of an S3 bucket is imported, and as what. */
export interface ImportBucketOptions {
  /**
   * How the keys of the objects begin.
   * @default - all of the S3 bucket
   */
  readonly prefix?: string
  /**
   * How the keys of the objects end, e.g. `.gz`.
   * @default - with anything
   */
  readonly suffix?: string
  /**
   * Format of the objects, when unpacked.
   * @default - each object tells it by its first lines
   */
  readonly format?: ImportFormat
  /**
   * Stream of the events that name none.
   * @default - the folders of the key, less those that are dates
   */
  readonly stream?: string
}

/** Objects that lie there already are not told of: `varve import` takes them. */
export function addImportBucket(
  landings: Landings,
  bucket: s3.IBucket,
  options: ImportBucketOptions = {},
): void {
  const { prefix = '', suffix, format, stream } = options
  landings.refuseOwn(bucket)
  landings.add(bucket, {
    prefix,
    ...(format && { format: format.name }),
    ...(stream && { stream }),
  })
  const filter = { ...(prefix && { prefix }), ...(suffix && { suffix }) }
  bucket.addEventNotification(
    s3.EventType.OBJECT_CREATED,
    new SqsDestination(landings.queue),
    ...(prefix || suffix ? [filter] : []),
  )
}
