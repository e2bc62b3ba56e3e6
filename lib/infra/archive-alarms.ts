import { Duration } from 'aws-cdk-lib'
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'
import type { ArchiveMetrics } from './archive-metrics.ts'

interface AlarmPlan {
  readonly id: string
  readonly metric: cloudwatch.IMetric
  /** Rings at this value or more. */
  readonly threshold: number
  /** Steps in a row. */
  readonly steps: number
  /** What it means; docs/operating.md says what to do. */
  readonly meaning: string
}

/** One alarm for each thing that somebody has to look at. Nothing measured is nothing wrong. */
export function createAlarms(
  scope: Construct,
  metrics: ArchiveMetrics,
  topic?: ITopic,
): readonly cloudwatch.Alarm[] {
  return alarmPlans(metrics).map(({ id, metric, threshold, steps, meaning }) => {
    const alarm = new cloudwatch.Alarm(scope, `${id}Alarm`, {
      alarmDescription: `Varve: ${meaning}`,
      metric,
      threshold,
      evaluationPeriods: steps,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    })
    if (topic) alarm.addAlarmAction(new SnsAction(topic))
    return alarm
  })
}

function alarmPlans(metrics: ArchiveMetrics): readonly AlarmPlan[] {
  const { append, query, scan, admin, brigade, events } = metrics
  const oldestMax = Duration.minutes(30).toSeconds()
  const recordAgeMax = Duration.hours(1).toMilliseconds()
  return [
    plan('ServerErrors', metrics.serverErrors, 5, 1, 'requests fail with a status of 5xx'),
    ...[append, query, admin, brigade, events].flatMap(({ name, errors, throttles }) => [
      plan(idOf(name, 'Errors'), errors, 1, 1, `calls of the ${name} function fail`),
      plan(idOf(name, 'Throttles'), throttles, 1, 1, `calls of the ${name} function are refused`),
    ]),
    // That calls of it are refused is how it finds out how many there may be.
    plan('ScanErrors', scan.errors, 1, 1, 'calls of the scan function fail'),
    plan('TailWaits', metrics.oldestBatchSeconds, oldestMax, 3, 'fresh batches are not folded'),
    plan('BrigadeSleeps', brigadeSleeps(metrics), 1, 2, 'appends do not wake the brigade'),
    plan('DeadLetters', metrics.deadLetters, 1, 1, 'the brigade failed five times'),
    plan('EventsDeadLetters', metrics.eventsDeadLetters, 1, 1, 'what a service sent is not stored'),
    plan('RecordsWait', metrics.oldestRecordMillis, recordAgeMax, 3, 'records are not taken in'),
    plan('Damage', metrics.damages, 1, 1, 'objects cannot be read'),
  ]
}

/** 1 in an hour with appends but without a call of the brigade. */
function brigadeSleeps({ append, brigade }: ArchiveMetrics): cloudwatch.MathExpression {
  const period = Duration.hours(1)
  return new cloudwatch.MathExpression({
    label: 'hours with appends and no brigade',
    expression: 'IF(FILL(appends, 0) > 0 AND FILL(visits, 0) < 1, 1, 0)',
    usingMetrics: {
      appends: append.calls.with({ period }),
      visits: brigade.calls.with({ period }),
    },
    period,
  })
}

function plan(
  id: string,
  metric: cloudwatch.IMetric,
  threshold: number,
  steps: number,
  meaning: string,
): AlarmPlan {
  return { id, metric, threshold, steps, meaning }
}

function idOf(name: string, what: string): string {
  return `${name[0]!.toUpperCase()}${name.slice(1)}${what}`
}
