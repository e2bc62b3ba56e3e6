/** The SDK takes longer to load than a directory to answer: only an archive on S3 waits for it. */
export async function loadS3Store() {
  const { S3Store } = await import('./s3-store.ts')
  return S3Store
}
