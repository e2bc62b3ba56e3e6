import { Duration } from 'aws-cdk-lib'
import type * as apigateway from 'aws-cdk-lib/aws-apigateway'
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import type * as lambda from 'aws-cdk-lib/aws-lambda'
import * as logs from 'aws-cdk-lib/aws-logs'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type * as sqs from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { measuredNameOf } from './archive-name.ts'

/** The parts of an archive that AWS measures. */
interface MeasuredArchive extends Construct {
  readonly bucket: IBucket
  readonly api: apigateway.RestApi
  readonly appendFunction: lambda.Function
  readonly queryFunction: lambda.Function
  readonly scanFunction: lambda.Function
  readonly adminFunction: lambda.Function
  readonly brigadeFunction: lambda.Function
  readonly eventsFunction: lambda.Function
  readonly eventsDeadLetterQueue: sqs.Queue
  readonly freshBatchQueue: sqs.Queue
  readonly deadLetterQueue: sqs.Queue
}

/** What is known of one function. */
interface FunctionMetrics {
  readonly name: string
  readonly calls: cloudwatch.Metric
  readonly errors: cloudwatch.Metric
  readonly throttles: cloudwatch.Metric
  readonly durationMedian: cloudwatch.Metric
  readonly durationP99: cloudwatch.Metric
}

/** What AWS counts of an archive, in steps of five minutes unless it says otherwise. */
export interface ArchiveMetrics {
  readonly requests: cloudwatch.Metric
  readonly clientErrors: cloudwatch.Metric
  readonly serverErrors: cloudwatch.Metric
  readonly append: FunctionMetrics
  readonly query: FunctionMetrics
  readonly scan: FunctionMetrics
  readonly admin: FunctionMetrics
  readonly brigade: FunctionMetrics
  readonly events: FunctionMetrics
  /** Milliseconds that the oldest record of a Kinesis stream has waited. */
  readonly oldestRecordMillis: cloudwatch.Metric
  /** New tail objects that the brigade has not been woken for. */
  readonly waitingBatches: cloudwatch.Metric
  /** Seconds that the oldest of them has waited. */
  readonly oldestBatchSeconds: cloudwatch.Metric
  readonly deadLetters: cloudwatch.Metric
  /** Of the events function. */
  readonly eventsDeadLetters: cloudwatch.Metric
  /** Times that the brigade met objects it cannot read. */
  readonly damages: cloudwatch.Metric
  /** Once a day, Standard storage. */
  readonly storedBytes: cloudwatch.Metric
}

/** Begins the line that the brigade logs for each object it cannot read. */
const damagePattern = logs.FilterPattern.stringValue('$.message', '=', 'damaged:*')

export function archiveMetrics(archive: MeasuredArchive): ArchiveMetrics {
  const { api, freshBatchQueue, deadLetterQueue, brigadeFunction } = archive
  const sum = { statistic: 'Sum' }
  const most = { statistic: 'Maximum' }
  const damages = new logs.MetricFilter(archive, 'Damages', {
    logGroup: brigadeFunction.logGroup,
    filterPattern: damagePattern,
    metricNamespace: 'Varve',
    metricName: `${measuredNameOf(archive)}-damages`,
    metricValue: '1',
  })
  return {
    requests: api.metricCount(sum),
    clientErrors: api.metricClientError(sum),
    serverErrors: api.metricServerError(sum),
    append: functionMetrics('append', archive.appendFunction),
    query: functionMetrics('query', archive.queryFunction),
    scan: functionMetrics('scan', archive.scanFunction),
    admin: functionMetrics('admin', archive.adminFunction),
    brigade: functionMetrics('brigade', brigadeFunction),
    events: functionMetrics('events', archive.eventsFunction),
    oldestRecordMillis: archive.eventsFunction.metric('IteratorAge', most),
    waitingBatches: freshBatchQueue.metricApproximateNumberOfMessagesVisible(most),
    oldestBatchSeconds: freshBatchQueue.metricApproximateAgeOfOldestMessage(most),
    deadLetters: deadLetterQueue.metricApproximateNumberOfMessagesVisible(most),
    eventsDeadLetters: archive.eventsDeadLetterQueue.metricApproximateNumberOfMessagesVisible(most),
    damages: damages.metric(sum),
    storedBytes: new cloudwatch.Metric({
      namespace: 'AWS/S3',
      metricName: 'BucketSizeBytes',
      dimensionsMap: { BucketName: archive.bucket.bucketName, StorageType: 'StandardStorage' },
      period: Duration.days(1),
      statistic: 'Average',
    }),
  }
}

function functionMetrics(name: string, measured: lambda.Function): FunctionMetrics {
  const sum = { statistic: 'Sum' }
  return {
    name,
    calls: measured.metricInvocations(sum),
    errors: measured.metricErrors(sum),
    throttles: measured.metricThrottles(sum),
    durationMedian: measured.metricDuration({ statistic: 'p50' }),
    durationP99: measured.metricDuration({ statistic: 'p99' }),
  }
}
