import { Duration, type RemovalPolicy } from 'aws-cdk-lib'
import * as s3 from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'

/**
 * The S3 bucket of one archive. Unversioned, because over a delete marker a create-only PUT
 * succeeds and so would re-open a name; no rule expires an object, because only the brigade knows
 * what is dead.
 */
export function createBucket(
  scope: Construct,
  id: string,
  removalPolicy: RemovalPolicy,
): s3.Bucket {
  return new s3.Bucket(scope, id, {
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: s3.BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: false,
    lifecycleRules: [
      { id: 'abort-multipart', abortIncompleteMultipartUploadAfter: Duration.days(1) },
    ],
    removalPolicy,
  })
}
