import { S3Store } from '../lib/store/s3-store.ts'

/**
 * What `lib/store/s3-store-later.ts` is in the bundles of the Lambdas, whose archive is on S3:
 * of what is imported outright, a bundle has only what is used.
 */
export async function loadS3Store() {
  return S3Store
}
