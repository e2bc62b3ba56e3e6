import { createHash } from 'node:crypto'
import * as iam from 'aws-cdk-lib/aws-iam'
import * as s3 from 'aws-cdk-lib/aws-s3'
import { catalogKey, knownPrefixes } from '../store/keys.ts'
import type { ArchivePlace } from './archive-access.ts'

/** Keys whose objects are replaced, each time against the etag that was read. */
const replaced = [catalogKey, 'imports/'] as const

/**
 * What nobody may do to the archive, whoever allows it: statements of the S3 bucket's own policy.
 * Objects are created and never replaced, the catalog only changes against its etag and is never
 * deleted, versions stay off. A given S3 bucket that was made outside of the app is left as it is.
 */
export function guardArchive(place: ArchivePlace): void {
  refuseVersions(place.bucket)
  const created = knownPrefixes.filter(prefix => !(replaced as readonly string[]).includes(prefix))
  const statements = [
    denyToAll({
      sid: 'VersionsStayOff',
      actions: ['s3:PutBucketVersioning'],
      resources: [place.bucket.bucketArn],
    }),
    denyToAll({
      sid: 'ObjectsAreNeverReplaced',
      actions: ['s3:PutObject'],
      resources: created.map(prefix => arnOf(place, `${prefix}*`)),
      conditions: unconditional('s3:if-none-match'),
    }),
    denyToAll({
      sid: 'CatalogChangesAgainstItsEtag',
      actions: ['s3:PutObject'],
      resources: [arnOf(place, catalogKey)],
      conditions: unconditional('s3:if-none-match', 's3:if-match'),
    }),
    denyToAll({
      sid: 'CatalogIsNeverDeleted',
      actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
      resources: [arnOf(place, catalogKey)],
    }),
  ]
  for (const statement of statements) {
    statement.sid = sidUnder(place.prefix, statement.sid!)
    place.bucket.addToResourcePolicy(statement)
  }
}

/** Over a delete marker a create-only PUT succeeds, also where versions were only suspended. */
function refuseVersions(bucket: s3.IBucket): void {
  const resource = bucket.node.defaultChild
  if (!(resource instanceof s3.CfnBucket) || !resource.versioningConfiguration) return
  throw new Error(`${bucket.node.path} keeps versions, expected an S3 bucket that never did`)
}

/** A policy has each name once, and archives under several prefixes share one. */
function sidUnder(prefix: string, sid: string): string {
  if (prefix === '') return sid
  return sid + createHash('sha256').update(prefix).digest('hex').slice(0, 8)
}

/** True of a request without any of these headers that makes an object. */
function unconditional(...headers: readonly string[]): Record<string, Record<string, string>> {
  return {
    Null: Object.fromEntries(headers.map(header => [header, 'true'])),
    // The parts of a multipart upload carry no condition and make nothing until they are joined.
    Bool: { 's3:ObjectCreationOperation': 'true' },
  }
}

function denyToAll(props: iam.PolicyStatementProps): iam.PolicyStatement {
  const principals = [new iam.AnyPrincipal()]
  return new iam.PolicyStatement({ effect: iam.Effect.DENY, principals, ...props })
}

function arnOf(place: ArchivePlace, pattern: string): string {
  return place.bucket.arnForObjects(place.prefix + pattern)
}
