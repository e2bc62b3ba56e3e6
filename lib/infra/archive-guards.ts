import * as iam from 'aws-cdk-lib/aws-iam'
import { catalogKey, knownPrefixes } from '../store/keys.ts'
import type { ArchivePlace } from './archive-access.ts'

/** Keys whose objects are replaced, each time against the etag that was read. */
const replaced = [catalogKey, 'imports/'] as const

/**
 * What nobody may do to the archive, whoever allows it: statements of the S3 bucket's own policy.
 * Objects are created and never replaced, the catalog only changes against its etag and is never
 * deleted. A given S3 bucket of another stack has its policy there and is left as it is.
 */
export function guardArchive(place: ArchivePlace): void {
  const created = knownPrefixes.filter(prefix => !(replaced as readonly string[]).includes(prefix))
  const statements = [
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
  for (const statement of statements) place.bucket.addToResourcePolicy(statement)
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
