import * as logs from 'aws-cdk-lib/aws-logs'
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations'
import type { EventSources } from '../event-sources.ts'

/** What of a log group is archived. */
export interface LogGroupOptions {
  /**
   * Which log events.
   * @default - all of them
   */
  readonly filter?: logs.IFilterPattern
}

/** CloudWatch calls the function with the log events; of a group at most two may be told. */
export function addLogGroup(
  sources: EventSources,
  logGroup: logs.ILogGroup,
  { filter = logs.FilterPattern.allEvents() }: LogGroupOptions = {},
): logs.SubscriptionFilter {
  if (logGroup.node === sources.eventsFunction.logGroup.node) {
    throw new Error('addLogGroup: the log of the events function would call it for ever')
  }
  return new logs.SubscriptionFilter(sources, sources.idFor('Logs', logGroup), {
    logGroup,
    filterPattern: filter,
    destination: new LambdaDestination(sources.eventsFunction),
  })
}
