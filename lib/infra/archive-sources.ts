import type * as events from 'aws-cdk-lib/aws-events'
import type * as kinesis from 'aws-cdk-lib/aws-kinesis'
import type * as firehose from 'aws-cdk-lib/aws-kinesisfirehose'
import type * as logs from 'aws-cdk-lib/aws-logs'
import type * as s3 from 'aws-cdk-lib/aws-s3'
import type * as sns from 'aws-cdk-lib/aws-sns'
import type * as sqs from 'aws-cdk-lib/aws-sqs'
import { ArchiveGrants } from './archive-grants.ts'
import type { EventSources } from './event-sources.ts'
import { addEventRule, type EventRuleOptions } from './sources/event-rule.ts'
import { addFirehose, type FirehoseOptions } from './sources/firehose.ts'
import { addImportBucket, type ImportBucketOptions } from './sources/import-bucket.ts'
import { LandingBucket } from './sources/landing-bucket.ts'
import { Landings } from './sources/landings.ts'
import { addLogGroup, type LogGroupOptions } from './sources/log-group.ts'
import { addQueue, type QueueOptions } from './sources/queue.ts'
import { addStream, type StreamOptions } from './sources/stream.ts'
import { addTopic, type TopicOptions } from './sources/topic.ts'

/** What an archive takes in from AWS services: a method for each (docs/sources.md). */
export abstract class ArchiveSources extends ArchiveGrants {
  protected abstract readonly sources: EventSources
  #landings: Landings | undefined
  #landingBucket: LandingBucket | undefined

  /** Tells the events function of objects that landed; undefined before one may. */
  get landingQueue(): sqs.Queue | undefined {
    return this.#landings?.queue
  }

  /** Where delivery streams land; undefined before there is one. */
  get landingBucket(): s3.Bucket | undefined {
    return this.#landingBucket?.bucket
  }

  /** Archives the log events of a group of CloudWatch Logs as they come. */
  addLogGroup(logGroup: logs.ILogGroup, options?: LogGroupOptions): logs.SubscriptionFilter {
    return addLogGroup(this.sources, logGroup, options)
  }

  /** Imports objects that land in an S3 bucket from now on, each once. */
  addImportBucket(bucket: s3.IBucket, options?: ImportBucketOptions): void {
    addImportBucket(this.#landingsOnce(), bucket, options)
  }

  /** Archives the messages of an SQS queue, and takes them out of it. */
  addQueue(queue: sqs.IQueue, options?: QueueOptions): void {
    addQueue(this.sources, queue, options)
  }

  /** Archives the records of a Kinesis stream. */
  addStream(stream: kinesis.IStream, options?: StreamOptions): void {
    addStream(this.sources, stream, options)
  }

  /** Archives the events of EventBridge that match a pattern, by a rule of this id. */
  addEventRule(id: string, pattern: events.EventPattern, options?: EventRuleOptions): events.Rule {
    return addEventRule(this.sources, id, pattern, options)
  }

  /** Archives the messages of an SNS topic. */
  addTopic(topic: sns.ITopic, options?: TopicOptions): sns.Subscription {
    return addTopic(this.sources, topic, options)
  }

  /** Makes a delivery stream of this id that archives what is put into it. */
  addFirehose(id: string, options?: FirehoseOptions): firehose.DeliveryStream {
    const { landed } = this.sources
    this.#landingBucket ??= new LandingBucket(this.#landingsOnce(), 'Landed', landed)
    return addFirehose(this.#landingBucket, id, options)
  }

  #landingsOnce(): Landings {
    this.#landings ??= new Landings(this.sources, 'Landings')
    return this.#landings
  }
}
