import { Stack } from 'aws-cdk-lib'
import * as iam from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct, type IConstruct } from 'constructs'
import { type ArchivePlace, memberStatements } from './archive-access.ts'
import { prefixPattern } from './archive-list.ts'

/** The stage of the API that is deployed. */
export const stageName = 'live'

/** An archive of this stack or of another one. */
export interface IEventArchive extends IConstruct {
  readonly bucket: IBucket
  /** As the command line takes it: `s3://BUCKET` or `s3://BUCKET/PREFIX`. */
  readonly storeUrl: string
  /** Where the HTTP API is, with a slash at its end. */
  readonly url: string
  /** Lets a principal append events. An error where API keys and tokens decide (`auth`). */
  grantIngest(grantee: iam.IGrantable): iam.Grant
  /** Lets a principal ask questions. An error likewise. */
  grantRead(grantee: iam.IGrantable): iam.Grant
  /**
   * Lets a principal use every door, erasures too, and the store itself, so that the command line
   * works with `--store`: policies, holds, verify, backup. Where API keys and tokens decide who may
   * use the doors it is the store alone.
   */
  grantAdmin(grantee: iam.IGrantable): iam.Grant
}

/** An archive that is there. */
export interface EventArchiveAttributes {
  readonly bucket: IBucket
  /** Id of its REST API, the first part of its address. */
  readonly restApiId: string
  /** @default - none */
  readonly prefix?: string
  /** @default - the key of the S3 bucket, if any */
  readonly key?: IKey
  /** @default - the name that API Gateway gives */
  readonly domainName?: string
  /**
   * Whether IAM decides who may use its doors, not API keys and tokens.
   * @default true
   */
  readonly asksIam?: boolean
}

const askDoors = ['GET/v1/*', 'POST/v1/search', 'GET/openapi.json'] as const

/** What an archive grants, wherever it was made. */
export abstract class ArchiveGrants extends Construct implements IEventArchive {
  abstract readonly url: string
  protected abstract readonly place: ArchivePlace
  protected abstract readonly restApiId: string
  /** Whether IAM decides who may use the doors. */
  protected abstract readonly asksIam: boolean

  get bucket(): IBucket {
    return this.place.bucket
  }

  get storeUrl(): string {
    const { bucket, prefix } = this.place
    return `s3://${bucket.bucketName}${prefix && `/${prefix.slice(0, -1)}`}`
  }

  grantIngest(grantee: iam.IGrantable): iam.Grant {
    this.#needIam('grantIngest')
    return this.#grantInvoke(grantee, ['POST/v1/events', 'POST/v1/streams/*'])
  }

  grantRead(grantee: iam.IGrantable): iam.Grant {
    this.#needIam('grantRead')
    return this.#grantInvoke(grantee, askDoors)
  }

  grantAdmin(grantee: iam.IGrantable): iam.Grant {
    for (const statement of memberStatements(this.place)) {
      grantee.grantPrincipal.addToPrincipalPolicy(statement)
    }
    if (!this.asksIam) return iam.Grant.drop(grantee, 'API keys and tokens decide')
    return this.#grantInvoke(grantee, [...askDoors, 'POST/v1/*'])
  }

  #needIam(method: string): void {
    if (this.asksIam) return
    throw new Error(`${method}: who may use the doors is decided by API keys and tokens (auth)`)
  }

  #grantInvoke(grantee: iam.IGrantable, doors: readonly string[]): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      resourceArns: doors.map(door =>
        Stack.of(this).formatArn({
          service: 'execute-api',
          resource: this.restApiId,
          resourceName: `${stageName}/${door}`,
        }),
      ),
    })
  }
}

/** An archive that another stack made. */
export class ImportedArchive extends ArchiveGrants {
  readonly url: string
  protected readonly place: ArchivePlace
  protected readonly restApiId: string
  protected readonly asksIam: boolean

  constructor(scope: Construct, id: string, attributes: EventArchiveAttributes) {
    super(scope, id)
    const { bucket, restApiId, domainName, asksIam = true } = attributes
    const { region, urlSuffix } = Stack.of(this)
    this.place = placeIn(bucket, attributes)
    this.restApiId = restApiId
    this.asksIam = asksIam
    const given = `${restApiId}.execute-api.${region}.${urlSuffix}/${stageName}`
    this.url = `https://${domainName ?? given}/`
  }
}

/** Checks the prefix. A given S3 bucket may know its key itself. */
export function placeIn(
  bucket: IBucket,
  { prefix = '', key }: { readonly prefix?: string; readonly key?: IKey },
): ArchivePlace {
  if (prefix === '' || prefixPattern.test(prefix)) {
    return { bucket, prefix, key: key ?? bucket.encryptionKey }
  }
  throw new Error(
    `prefix is ${JSON.stringify(prefix)}, ` +
      'expected parts of A-Z a-z 0-9 _ . = -, each followed by a slash',
  )
}
