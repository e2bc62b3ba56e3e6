import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import type { ArchiveMetrics } from './archive-metrics.ts'

const rowWidth = 24

/** One page: who asks, what waits, what fails, how long it takes, how much there is. */
export function createDashboard(scope: Construct, metrics: ArchiveMetrics): cloudwatch.Dashboard {
  const { append, query, scan, admin, brigade, events } = metrics
  const functions = [append, query, scan, admin, brigade, events]
  const failures = [metrics.deadLetters, metrics.eventsDeadLetters, metrics.damages]
  const graphs: readonly (readonly [title: string, left: cloudwatch.IMetric[]])[][] = [
    [
      ['Requests', [metrics.requests, metrics.clientErrors, metrics.serverErrors]],
      ['Calls', functions.map(each => each.calls.with({ label: each.name }))],
    ],
    [
      ['Errors', functions.map(each => each.errors.with({ label: each.name }))],
      ['Throttles', functions.map(each => each.throttles.with({ label: each.name }))],
    ],
    functions.map(each => [`Duration of ${each.name}`, [each.durationMedian, each.durationP99]]),
    [
      ['Fresh batches that wait', [metrics.waitingBatches]],
      ['Seconds the oldest waits', [metrics.oldestBatchSeconds]],
      ['Failed for good, damaged', failures],
      ['Bytes stored', [metrics.storedBytes]],
    ],
  ]
  return new cloudwatch.Dashboard(scope, 'Dashboard', {
    widgets: graphs.map(row =>
      row.map(
        ([title, left]) =>
          new cloudwatch.GraphWidget({ title, left, width: Math.floor(rowWidth / row.length) }),
      ),
    ),
  })
}
