import { Duration, type RemovalPolicy } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import * as s3 from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'

interface Transition {
  readonly storageClass: s3.StorageClass
  readonly after: Duration
  readonly archivePrefix: string
}

export interface ArchiveBucketProps {
  readonly removalPolicy: RemovalPolicy
  readonly key: IKey | undefined
  /** Where the sealed buckets of the archive under this prefix go. */
  readonly transition: Transition | undefined
}

/** The storage classes that answer a GET at once, as every question needs, from several zones. */
const readableClasses = [
  s3.StorageClass.INFREQUENT_ACCESS,
  s3.StorageClass.INTELLIGENT_TIERING,
  s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
]

/**
 * The S3 bucket of one archive. Unversioned, because over a delete marker a create-only PUT
 * succeeds and so would re-open a name; no rule expires an object, because only the brigade knows
 * what is dead.
 */
export function createBucket(scope: Construct, id: string, props: ArchiveBucketProps): s3.Bucket {
  const { removalPolicy, key, transition } = props
  return new s3.Bucket(scope, id, {
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    ...(key
      ? { encryption: s3.BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }
      : { encryption: s3.BucketEncryption.S3_MANAGED }),
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: false,
    lifecycleRules: [
      { id: 'abort-multipart', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ...(transition ? [transitionRule(transition)] : []),
    ],
    removalPolicy,
  })
}

function transitionRule({ storageClass, after, archivePrefix }: Transition): s3.LifecycleRule {
  if (!readableClasses.some(each => each.value === storageClass.value)) {
    throw new Error(
      `sealedStorageClass is ${storageClass.value}, expected one that answers at once and ` +
        `outlives a zone: ${readableClasses.map(each => each.value).join(', ')}`,
    )
  }
  if (storageClass.value === s3.StorageClass.INFREQUENT_ACCESS.value && after.toDays() < 30) {
    throw new Error(
      `sealedStorageClassAfter is ${after.toDays()} days, expected 30 at least for ` +
        `${storageClass.value}: S3 moves nothing there sooner`,
    )
  }
  const transitions = [{ storageClass, transitionAfter: after }]
  return { id: 'sealed-buckets', prefix: `${archivePrefix}buckets/`, transitions }
}
