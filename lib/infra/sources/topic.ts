import type * as sns from 'aws-cdk-lib/aws-sns'
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { EventSources } from '../event-sources.ts'

/** What of a topic is archived. */
export interface TopicOptions {
  /**
   * Attributes that a message must have.
   * @default - all messages
   */
  readonly filterPolicy?: { readonly [attribute: string]: sns.SubscriptionFilter }
}

/** What SNS cannot deliver goes to the dead letter queue. */
export function addTopic(
  sources: EventSources,
  topic: sns.ITopic,
  { filterPolicy }: TopicOptions = {},
): sns.Subscription {
  return topic.addSubscription(
    new LambdaSubscription(sources.eventsFunction, {
      deadLetterQueue: sources.deadLetterQueue,
      ...(filterPolicy && { filterPolicy }),
    }),
  )
}
