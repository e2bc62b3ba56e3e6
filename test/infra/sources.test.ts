import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { Duration, type Stack } from 'aws-cdk-lib'
import { Match, type Template } from 'aws-cdk-lib/assertions'
import * as kinesis from 'aws-cdk-lib/aws-kinesis'
import * as logs from 'aws-cdk-lib/aws-logs'
import * as s3 from 'aws-cdk-lib/aws-s3'
import * as sns from 'aws-cdk-lib/aws-sns'
import * as sqs from 'aws-cdk-lib/aws-sqs'
import type { EventArchive } from '../../lib/infra/event-archive.ts'
import type { EventArchiveProps } from '../../lib/infra/event-archive-props.ts'
import { bundle, bundles, store } from '../../scripts/bundle.ts'
import { statementsOf, templateWith } from './template.ts'

const eventsFunction = { Ref: Match.stringLikeRegexp('^ArchiveEventsFunction') }
const eventsArn = { 'Fn::GetAtt': [Match.stringLikeRegexp('^ArchiveEventsFunction'), 'Arn'] }
const deadLetters = { 'Fn::GetAtt': [Match.stringLikeRegexp('^ArchiveEventsDeadLetters'), 'Arn'] }
const sixMinutes = { visibilityTimeout: Duration.minutes(6) }

describe('what AWS services send', () => {
  before(async () => {
    await Promise.all(bundles.lambda.map(async plan => store(await bundle(plan))))
  })

  test('goes to a function that ends in time, and when it fails for good to a queue', () => {
    const template = templateWith({ eventsReservedConcurrency: 7 })

    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: Match.stringLikeRegexp('AWS services'),
      Timeout: 300,
      ReservedConcurrentExecutions: 7,
    })
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: eventsFunction,
      DestinationConfig: { OnFailure: { Destination: deadLetters } },
    })
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', 2)
    template.resourceCountIs('AWS::S3::Bucket', 1)
  })

  test('is given to the function again when somebody says so, and not before', () => {
    const template = templateWith({ eventsTimeout: Duration.minutes(2) })

    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: deadLetters,
      FunctionName: eventsFunction,
      Enabled: false,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    })
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: Match.stringLikeRegexp('AWS services'),
      Environment: { Variables: { VARVE_DEAD_LETTERS: deadLetters } },
    })
    // Lambda takes no queue whose messages would be seen again before a call is over.
    template.hasResource('AWS::SQS::Queue', {
      Properties: { MessageRetentionPeriod: 1_209_600, VisibilityTimeout: 720 },
    })
  })

  test('comes from a log group by a subscription that may call the function', () => {
    const template = withSource((archive, stack) => {
      const group = new logs.LogGroup(stack, 'Web')
      archive.addLogGroup(group, { filter: logs.FilterPattern.anyTerm('ERROR') })
      archive.addLogGroup(logs.LogGroup.fromLogGroupName(stack, 'Given', '/aws/x'))
      assert.throws(() => archive.addLogGroup(archive.eventsFunction.logGroup), /for ever/)
    })

    template.hasResourceProperties('AWS::Logs::SubscriptionFilter', {
      DestinationArn: eventsArn,
      FilterPattern: '"ERROR"',
      LogGroupName: { Ref: Match.stringLikeRegexp('^Web') },
    })
    template.hasResourceProperties('AWS::Logs::SubscriptionFilter', {
      FilterPattern: '',
      LogGroupName: '/aws/x',
    })
    template.hasResourceProperties('AWS::Lambda::Permission', {
      FunctionName: eventsArn,
      Principal: 'logs.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Web'), 'Arn'] },
    })
  })

  test('comes from a queue in batches, of which only what failed comes again', () => {
    const template = withSource((archive, stack) => {
      archive.addQueue(new sqs.Queue(stack, 'Jobs', sixMinutes))
      archive.addQueue(new sqs.Queue(stack, 'Few', sixMinutes), {
        batchSize: 5,
        maxConcurrency: 3,
      })
      archive.addQueue(new sqs.Queue(stack, 'Ordered', { ...sixMinutes, fifo: true }))
    })
    const mapping = (queue: string) => ({
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp(`^${queue}`), 'Arn'] },
      FunctionName: eventsFunction,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    })

    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ...mapping('Jobs'),
      BatchSize: 1000,
      MaximumBatchingWindowInSeconds: 5,
      ScalingConfig: Match.absent(),
    })
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ...mapping('Few'),
      BatchSize: 5,
      ScalingConfig: { MaximumConcurrency: 3 },
    })
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ...mapping('Ordered'),
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: Match.absent(),
    })
    assert.ok(actionsOf(template).includes('sqs:DeleteMessage'))
  })

  test('comes from no queue whose messages would be seen again before a call is over', () => {
    const add = (archive: EventArchive, stack: Stack) =>
      archive.addQueue(new sqs.Queue(stack, 'Hasty'))

    assert.throws(
      () => withSource(add),
      /visibilityTimeout of Test\/Hasty is 30 s, expected 1800 s/,
    )
    assert.ok(withSource(add, { eventsTimeout: Duration.seconds(30) }))
  })

  test('never meets more calls than are reserved, which would count as failures', () => {
    const template = withSource(
      (archive, stack) => {
        archive.addQueue(new sqs.Queue(stack, 'Jobs', sixMinutes))
        archive.addImportBucket(new s3.Bucket(stack, 'Land'))
      },
      { eventsReservedConcurrency: 4 },
    )

    template.resourcePropertiesCountIs(
      'AWS::Lambda::EventSourceMapping',
      { FunctionName: eventsFunction, ScalingConfig: { MaximumConcurrency: 4 } },
      2,
    )
  })

  test('comes from a Kinesis stream until it is stored or the stream forgets it', () => {
    const template = withSource((archive, stack) => {
      archive.addStream(new kinesis.Stream(stack, 'Clicks'), { parallelizationFactor: 2 })
    })

    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Clicks'), 'Arn'] },
      FunctionName: eventsFunction,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: Match.absent(),
      MaximumRecordAgeInSeconds: Match.absent(),
      ParallelizationFactor: 2,
      DestinationConfig: { OnFailure: { Destination: deadLetters } },
    })
    assert.ok(actionsOf(template).includes('kinesis:GetRecords'))
    assert.ok(!actionsOf(template).includes('kinesis:PutRecord'))
  })

  test('comes from EventBridge by a rule that keeps what it cannot deliver', () => {
    const template = withSource(archive => {
      archive.addEventRule('Deploys', { source: ['aws.codedeploy'] })
      archive.addEventRule('Users', { source: ['aws.iam'] })
    })

    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['aws.codedeploy'] },
      Targets: [
        Match.objectLike({
          Arn: eventsArn,
          DeadLetterConfig: { Arn: deadLetters },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        }),
      ],
    })
    template.hasResourceProperties('AWS::Lambda::Permission', {
      FunctionName: eventsArn,
      Principal: 'events.amazonaws.com',
    })
  })

  test('comes from a topic by a subscription that keeps what it cannot deliver', () => {
    const template = withSource((archive, stack) => {
      archive.addTopic(new sns.Topic(stack, 'Alerts'), {
        filterPolicy: { level: sns.SubscriptionFilter.stringFilter({ allowlist: ['high'] }) },
      })
    })

    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'lambda',
      Endpoint: eventsArn,
      FilterPolicy: { level: ['high'] },
      RedrivePolicy: { deadLetterTargetArn: deadLetters },
    })
  })
})

function withSource(
  add: (archive: EventArchive, stack: Stack) => void,
  props: EventArchiveProps = {},
): Template {
  return templateWith(props, add)
}

function actionsOf(template: Template): string[] {
  return statementsOf(template, 'ArchiveEventsRole').flatMap(statement => statement.Action)
}
