import * as iam from 'aws-cdk-lib/aws-iam'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { tailPrefix } from '../store/keys.ts'

/**
 * What each part may do to the store: exact actions, only the prefixes it needs. A function of the
 * archive that is taken over can do no more than this.
 */
export interface ArchivePlace {
  readonly bucket: IBucket
  /** Empty, or a prefix that ends with a slash. */
  readonly prefix: string
}

/**
 * A writer creates batches and request markers, never replaces an object and never reads an event.
 * It lists the tail and reads the catalog to settle the retry of an old batch (docs/protocol.md,
 * W4).
 */
export function writerStatements(place: ArchivePlace): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      actions: ['s3:PutObject'],
      resources: objects(place, 'tail/*', 'requests/*'),
      conditions: { Null: { 's3:if-none-match': 'false' } },
    }),
    new iam.PolicyStatement({
      actions: ['s3:GetObject'],
      resources: objects(place, 'catalog', 'requests/*', 'absorbed/*'),
    }),
    new iam.PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [place.bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': `${place.prefix}${tailPrefix}*` } },
    }),
  ]
}

/** A reader reads and lists; it can change nothing. */
export function readerStatements(place: ArchivePlace): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: objects(place, '*') }),
    listAnything(place),
  ]
}

/** A member of the brigade reads, writes and deletes objects of the archive. */
export function memberStatements(place: ArchivePlace): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
      resources: objects(place, '*'),
    }),
    listAnything(place),
  ]
}

function listAnything(place: ArchivePlace): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: ['s3:ListBucket'],
    resources: [place.bucket.bucketArn],
    // IfExists: S3 answers a GET of a missing object with 404 only to who may list, and that check
    // carries no prefix. Without it a reader of a new archive would be told 403.
    ...(place.prefix !== '' && {
      conditions: { StringLikeIfExists: { 's3:prefix': `${place.prefix}*` } },
    }),
  })
}

function objects(place: ArchivePlace, ...patterns: readonly string[]): string[] {
  return patterns.map(pattern => place.bucket.arnForObjects(place.prefix + pattern))
}
