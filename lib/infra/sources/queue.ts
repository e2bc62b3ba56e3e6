import { Duration } from 'aws-cdk-lib'
import type * as sqs from 'aws-cdk-lib/aws-sqs'
import type { EventSources } from '../event-sources.ts'

/** How messages of a queue are taken. */
export interface QueueOptions {
  /**
   * Messages a call at most; 1 to 10,000, of a FIFO queue 10. More makes fewer batches.
   * @default 1000; of a FIFO queue 10
   */
  readonly batchSize?: number
  /**
   * How long messages are gathered for a call, at most 5 minutes. Longer makes fewer batches, and
   * events that are found later. A FIFO queue knows no gathering.
   * @default Duration.seconds(5); of a FIFO queue none
   */
  readonly maxBatchingWindow?: Duration
  /**
   * Calls at once for this queue, 2 to 1,000.
   * @default - as many as there may be of the function
   */
  readonly maxConcurrency?: number
}

/** Its visibility timeout has to be longer than the longest call; a dead letter queue is yours. */
export function addQueue(
  sources: EventSources,
  queue: sqs.IQueue,
  options: QueueOptions = {},
): void {
  const usual = queue.fifo
    ? { batchSize: 10 }
    : { batchSize: 1000, maxBatchingWindow: Duration.seconds(5) }
  sources.takeMessages(queue, { ...usual, ...options })
}
