import { Duration } from 'aws-cdk-lib'
import * as events from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import type { EventSources } from '../event-sources.ts'

/** Where the events of a rule come from. */
export interface EventRuleOptions {
  /**
   * The bus they are sent to.
   * @default - the default one of the account
   */
  readonly eventBus?: events.IEventBus
}

/** EventBridge tries for a day, then puts the event into the dead letter queue. */
export function addEventRule(
  sources: EventSources,
  id: string,
  eventPattern: events.EventPattern,
  { eventBus }: EventRuleOptions = {},
): events.Rule {
  return new events.Rule(sources, `Rule-${id}`, {
    description: `Varve: events for ${sources.node.scope!.node.path}`,
    eventPattern,
    ...(eventBus && { eventBus }),
    targets: [
      new LambdaFunction(sources.eventsFunction, {
        deadLetterQueue: sources.deadLetterQueue,
        maxEventAge: Duration.hours(24),
        retryAttempts: 185,
      }),
    ],
  })
}
