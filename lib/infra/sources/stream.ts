import { Duration } from 'aws-cdk-lib'
import type * as kinesis from 'aws-cdk-lib/aws-kinesis'
import * as lambda from 'aws-cdk-lib/aws-lambda'
import { KinesisEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { EventSources } from '../event-sources.ts'

/** How records of a Kinesis stream are taken. */
export interface StreamOptions {
  /**
   * Where in the stream the archive begins.
   * @default StartingPosition.TRIM_HORIZON, the oldest record there is
   */
  readonly startingPosition?: lambda.StartingPosition
  /**
   * Records a call at most, 1 to 10,000; a call has 6 MB at most.
   * @default 10000
   */
  readonly batchSize?: number
  /**
   * How long records are gathered for a call, at most 5 minutes. Longer makes fewer batches, and
   * events that are found later.
   * @default Duration.seconds(5)
   */
  readonly maxBatchingWindow?: Duration
  /**
   * Calls at once for each shard, 1 to 10.
   * @default 1
   */
  readonly parallelizationFactor?: number
}

/**
 * A record that cannot be parsed is stored as it is, so what fails may pass: it is tried until the
 * stream forgets it. The dead letter queue then tells which records these were.
 */
export function addStream(
  sources: EventSources,
  stream: kinesis.IStream,
  options: StreamOptions = {},
): void {
  sources.eventsFunction.addEventSource(
    new KinesisEventSource(stream, {
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      batchSize: 10_000,
      maxBatchingWindow: Duration.seconds(5),
      ...options,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      onFailure: new SqsDlq(sources.deadLetterQueue),
    }),
  )
}
