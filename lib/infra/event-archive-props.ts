import type { Duration, RemovalPolicy, Size } from 'aws-cdk-lib'
import type * as acm from 'aws-cdk-lib/aws-certificatemanager'
import type * as events from 'aws-cdk-lib/aws-events'
import type * as kms from 'aws-cdk-lib/aws-kms'
import type * as logs from 'aws-cdk-lib/aws-logs'
import type * as s3 from 'aws-cdk-lib/aws-s3'
import type * as sns from 'aws-cdk-lib/aws-sns'
import type { ArchiveAuth } from './archive-auth.ts'

/** What may be set; all of it has a default. */
export interface EventArchiveProps {
  /**
   * S3 bucket that holds the archive. It must not be versioned: over a delete marker a create-only
   * PUT succeeds.
   * @default - a new one: private, TLS only, encrypted by S3, unversioned
   */
  readonly bucket?: s3.IBucket
  /**
   * Key of AWS KMS that encrypts the S3 bucket. A given S3 bucket must be encrypted with it
   * already.
   * @default - the key of the given S3 bucket, else S3 encrypts with a key of its own
   */
  readonly key?: kms.IKey
  /**
   * Storage class that sealed buckets of events move to. Only one that answers a GET at once;
   * indexes, manifests and the tail stay where they are. A given S3 bucket keeps its own rules.
   * @default - none: all stays in S3 Standard
   */
  readonly sealedStorageClass?: s3.StorageClass
  /**
   * Age at which sealed buckets move there; at least 30 days for `INFREQUENT_ACCESS`.
   * @default Duration.days(30)
   */
  readonly sealedStorageClassAfter?: Duration
  /**
   * Prefix of the archive's keys; ends with a slash.
   * @default - none: the archive has the whole S3 bucket
   */
  readonly prefix?: string
  /**
   * What becomes of the new S3 bucket and the logs when the stack goes.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy
  /**
   * Memory of the append function; its CPU grows with it, one whole core at 1,769 MiB.
   * @default Size.mebibytes(1769)
   */
  readonly appendMemory?: Size
  /**
   * Memory of the query and admin functions: more is faster and dearer by the second.
   * @default Size.mebibytes(1769)
   */
  readonly queryMemory?: Size
  /**
   * Memory of the scan function, which looks through frames for heavy questions.
   * @default Size.mebibytes(1769)
   */
  readonly scanMemory?: Size
  /**
   * Calls of the scan function that are kept for it, and that it may not pass; one question makes
   * so many at once. More answer heavy questions sooner. 0: the query function does it all.
   * @default - none: 32 at once, of what the account has left
   */
  readonly scanReservedConcurrency?: number
  /**
   * Memory of the brigade function.
   * @default Size.mebibytes(1769)
   */
  readonly brigadeMemory?: Size
  /**
   * Memory of the events function, which takes in what AWS sends.
   * @default Size.mebibytes(1769)
   */
  readonly eventsMemory?: Size
  /**
   * Longest that one call of the events function may take. The visibility timeout of a queue that
   * is added must be longer, best six times as long.
   * @default Duration.minutes(5)
   */
  readonly eventsTimeout?: Duration
  /**
   * Calls of the events function that are kept for it, and that it may not pass: a flood of logs
   * then leaves the rest of the account alone, and waits.
   * @default - none: what the account has left
   */
  readonly eventsReservedConcurrency?: number
  /**
   * Longest that one question may run, at most 15 minutes; API Gateway ends an answer that is
   * silent for 5.
   * @default Duration.minutes(5)
   */
  readonly queryTimeout?: Duration
  /**
   * How often a brigade member looks for work unasked. Fresh batches wake one within a minute
   * anyhow.
   * @default - once a day, so that an idle archive is idle
   */
  readonly brigadeSchedule?: events.Schedule
  /**
   * How the archive knows who asks.
   * @default ArchiveAuth.iam()
   */
  readonly auth?: ArchiveAuth
  /**
   * Origins whose pages may use the API, e.g. `https://app.example.com`; a page still needs a
   * signature, an API key or a token.
   * @default - none
   */
  readonly corsOrigins?: readonly string[]
  /**
   * Whether the API serves the console at its address, which everybody may open: it tells nothing
   * until it is given an API key or a token.
   * @default true
   */
  readonly console?: boolean
  /**
   * Requests a second above which API Gateway answers 429.
   * @default 1000
   */
  readonly requestsPerSecondMax?: number
  /**
   * Requests that may arrive at once above that rate.
   * @default 2000
   */
  readonly burstRequestsMax?: number
  /**
   * How long logs of the functions and of the API are kept.
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays
  /**
   * Domain name of the API, e.g. `archive.example.com`; goes with `certificate`. The record that
   * points it to `api.domainName` is yours.
   * @default - the name that API Gateway gives
   */
  readonly domainName?: string
  /**
   * Certificate for the domain name, of the archive's region.
   * @default - none
   */
  readonly certificate?: acm.ICertificate
  /**
   * Topic that the alarms tell. With it the archive has alarms, which cost by the piece.
   * @default - no alarms, unless `addAlarms` is called
   */
  readonly alarmTopic?: sns.ITopic
}
