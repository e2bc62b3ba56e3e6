import * as iam from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import {
  bucketPrefix,
  catalogKey,
  erasurePrefix,
  importPrefix,
  outputPrefixes,
  requestPrefix,
  segmentPrefix,
  tailPrefix,
} from '../store/keys.ts'

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

const reads = ['s3:GetObject', 's3:GetObjectVersion'] as const
const writes = ['s3:PutObject'] as const
const deletions = ['s3:DeleteObject', 's3:DeleteObjectVersion'] as const
const createsOnly = { Null: { 's3:if-none-match': 'false' } }
const replacesKnown = { Null: { 's3:if-match': 'false' } }

const createdByWriters = [`${tailPrefix}*`, `${requestPrefix}*`] as const
const readByWriters = [catalogKey, `${requestPrefix}*`, `${segmentPrefix}*`] as const
/** Under these lie events, what tells of them, and what was erased. */
const eventPrefixes = [
  tailPrefix,
  ...outputPrefixes.filter(prefix => prefix !== segmentPrefix),
  erasurePrefix,
]

/**
 * A writer creates batches and request markers, never replaces an object and never reads an event.
 * It lists the tail and reads the catalog to settle the retry of an old batch (docs/protocol.md,
 * W4).
 */
export function writerStatements(place: ArchivePlace): iam.PolicyStatement[] {
  const created = objects(place, ...createdByWriters)
  const readable = objects(place, ...readByWriters)
  return [
    new iam.PolicyStatement({ actions: [...writes], resources: created, conditions: createsOnly }),
    new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: readable }),
    new iam.PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [place.bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': `${place.prefix}${tailPrefix}*` } },
    }),
    ...useOfKey(place, 'kms:Decrypt', 'kms:GenerateDataKey'),
    denial({ actions: [...reads], notResources: readable }),
    denial({ actions: [...writes], notResources: created }),
    denial({ actions: [...deletions], resources: ['*'] }),
  ]
}

/**
 * Who takes in what AWS sends writes, and keeps the markers of imports. What it may read besides,
 * where objects land, it is allowed with each place; of the archive it can read no event.
 */
export function sourcesStatements(place: ArchivePlace): iam.PolicyStatement[] {
  const created = objects(place, ...createdByWriters)
  const markers = objects(place, `${importPrefix}*`)
  const put = { actions: [...writes] }
  return [
    new iam.PolicyStatement({
      ...put,
      resources: [...created, ...markers],
      conditions: createsOnly,
    }),
    new iam.PolicyStatement({ ...put, resources: markers, conditions: replacesKnown }),
    new iam.PolicyStatement({
      actions: ['s3:GetObject'],
      resources: [...objects(place, ...readByWriters), ...markers],
    }),
    listing(place, tailPrefix),
    ...useOfKey(place, 'kms:Decrypt', 'kms:GenerateDataKey'),
    denial({ actions: [...reads], resources: objects(place, ...eventPrefixes.map(p => `${p}*`)) }),
    denial({ ...put, notResources: [...created, ...markers] }),
    denial({ actions: [...deletions], resources: ['*'] }),
  ]
}

/** A reader reads and lists; it can change nothing. */
export function readerStatements(place: ArchivePlace): iam.PolicyStatement[] {
  return [
    readAnything(place),
    listing(place, ''),
    ...useOfKey(place, 'kms:Decrypt'),
    denial({ actions: [...writes, ...deletions], resources: ['*'] }),
  ]
}

/** Who looks through frames gets the objects that hold them: nothing else, not even a listing. */
export function scannerStatements(place: ArchivePlace): iam.PolicyStatement[] {
  const buckets = objects(place, `${tailPrefix}*`, `${bucketPrefix}*`)
  return [
    new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: buckets }),
    ...useOfKey(place, 'kms:Decrypt'),
    denial({ actions: [...reads], notResources: buckets }),
    denial({ actions: ['s3:ListBucket', ...writes, ...deletions], resources: ['*'] }),
  ]
}

/** Who erases reads, and puts masks into the catalog; the brigade does the rest. */
export function adminStatements(place: ArchivePlace): iam.PolicyStatement[] {
  const catalog = objects(place, catalogKey)
  return [
    readAnything(place),
    listing(place, ''),
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
    listing(place, ''),
    ...useOfKey(place, 'kms:Decrypt', 'kms:GenerateDataKey'),
    denial({ actions: ['s3:DeleteObject'], resources: objects(place, catalogKey) }),
    // No further than the archive: who is granted this may have S3 buckets of their own.
    denial({ actions: ['s3:DeleteObjectVersion'], resources: objects(place, '*') }),
  ]
}

function readAnything(place: ArchivePlace): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: objects(place, '*') })
}

function listing(place: ArchivePlace, prefix: string): iam.PolicyStatement {
  const listed = place.prefix + prefix
  return new iam.PolicyStatement({
    actions: ['s3:ListBucket'],
    resources: [place.bucket.bucketArn],
    // IfExists: S3 answers a GET of a missing object with 404 only to who may list, and that check
    // carries no prefix. Without it a reader of a new archive would be told 403.
    ...(listed !== '' && { conditions: { StringLikeIfExists: { 's3:prefix': `${listed}*` } } }),
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
