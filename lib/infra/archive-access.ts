import * as iam from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { catalogKey, requestPrefix, tailPrefix } from '../store/keys.ts'

/**
 * What each part may do to the store: exact actions, only the prefixes it needs. A function of the
 * archive that is taken over can do no more than this. The denials hold even where somebody allows
 * more later.
 */
export interface ArchivePlace {
  readonly bucket: IBucket
  /** Empty, or a prefix that ends with a slash. */
  readonly prefix: string
  /** Encrypts the S3 bucket; undefined where S3 does it with a key of its own. */
  readonly key: IKey | undefined
}

const writes = ['s3:PutObject'] as const
const deletions = ['s3:DeleteObject', 's3:DeleteObjectVersion'] as const
const createsOnly = { Null: { 's3:if-none-match': 'false' } }

/**
 * A writer creates batches and request markers, never replaces an object and never reads an event.
 * It lists the tail and reads the catalog to settle the retry of an old batch (docs/protocol.md,
 * W4).
 */
export function writerStatements(place: ArchivePlace): iam.PolicyStatement[] {
  const created = objects(place, `${tailPrefix}*`, `${requestPrefix}*`)
  const readable = objects(place, catalogKey, `${requestPrefix}*`, 'absorbed/*')
  return [
    new iam.PolicyStatement({ actions: [...writes], resources: created, conditions: createsOnly }),
    new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: readable }),
    new iam.PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [place.bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': `${place.prefix}${tailPrefix}*` } },
    }),
    ...useOfKey(place, 'kms:Decrypt', 'kms:GenerateDataKey'),
    denial({ actions: ['s3:GetObject', 's3:GetObjectVersion'], notResources: readable }),
    denial({ actions: [...writes], notResources: created }),
    denial({ actions: [...deletions], resources: ['*'] }),
  ]
}

/** A reader reads and lists; it can change nothing. */
export function readerStatements(place: ArchivePlace): iam.PolicyStatement[] {
  return [
    readAnything(place),
    listAnything(place),
    ...useOfKey(place, 'kms:Decrypt'),
    denial({ actions: [...writes, ...deletions], resources: ['*'] }),
  ]
}

/** Who erases reads, and puts masks into the catalog; the brigade does the rest. */
export function adminStatements(place: ArchivePlace): iam.PolicyStatement[] {
  const catalog = objects(place, catalogKey)
  return [
    readAnything(place),
    listAnything(place),
    new iam.PolicyStatement({ actions: [...writes], resources: catalog }),
    ...useOfKey(place, 'kms:Decrypt', 'kms:GenerateDataKey'),
    denial({ actions: [...writes], notResources: catalog }),
    denial({ actions: [...deletions], resources: ['*'] }),
  ]
}

/** A member of the brigade reads, writes and deletes objects of the archive, not its catalog. */
export function memberStatements(place: ArchivePlace): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      actions: ['s3:GetObject', ...writes, 's3:DeleteObject', 's3:AbortMultipartUpload'],
      resources: objects(place, '*'),
    }),
    listAnything(place),
    ...useOfKey(place, 'kms:Decrypt', 'kms:GenerateDataKey'),
    denial({ actions: ['s3:DeleteObject'], resources: objects(place, catalogKey) }),
    denial({ actions: ['s3:DeleteObjectVersion'], resources: ['*'] }),
  ]
}

function readAnything(place: ArchivePlace): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: objects(place, '*') })
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

function useOfKey({ key }: ArchivePlace, ...actions: readonly string[]): iam.PolicyStatement[] {
  if (!key) return []
  return [new iam.PolicyStatement({ actions: [...actions], resources: [key.keyArn] })]
}

function denial(props: iam.PolicyStatementProps): iam.PolicyStatement {
  return new iam.PolicyStatement({ effect: iam.Effect.DENY, ...props })
}

function objects(place: ArchivePlace, ...patterns: readonly string[]): string[] {
  return patterns.map(pattern => place.bucket.arnForObjects(place.prefix + pattern))
}
