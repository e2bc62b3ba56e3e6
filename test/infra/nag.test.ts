import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { App, Duration, Stack } from 'aws-cdk-lib'
import * as kinesis from 'aws-cdk-lib/aws-kinesis'
import * as kms from 'aws-cdk-lib/aws-kms'
import * as logs from 'aws-cdk-lib/aws-logs'
import * as s3 from 'aws-cdk-lib/aws-s3'
import * as sns from 'aws-cdk-lib/aws-sns'
import * as sqs from 'aws-cdk-lib/aws-sqs'
import { AwsSolutionsChecks } from 'cdk-nag'
import { ArchiveAuth, EventArchive } from '../../lib/infra/event-archive.ts'
import type { EventArchiveProps } from '../../lib/infra/event-archive-props.ts'
import { bundle, bundles, store } from '../../scripts/bundle.ts'

/** What the rules of AWS Solutions find in an archive, and why it is so. */
const reasons: readonly (readonly [finding: RegExp, reason: string])[] = [
  [
    /^AwsSolutions-S1 Bucket$/,
    'server access logs come late and not all; who must know of each request turns on data events',
  ],
  [
    /^AwsSolutions-IAM5\[Resource::<Bucket>\/(tail|requests|absorbed|imports)\/\*\] (Append|Events)\/Role/,
    'batches and markers have names of their own; the prefix is as narrow as it gets',
  ],
  [
    /^AwsSolutions-IAM5\[Resource::<Bucket>\/\*\] (Query|Admin|Brigade)\/Role/,
    'the archive is all that is under its prefix; denials take out what each may not do',
  ],
  [
    /^AwsSolutions-IAM5\[Resource::<Bucket>\/(tail|buckets)\/\*\] Scan\/Role/,
    'objects with events have names of their own; the prefix is as narrow as it gets',
  ],
  [
    /^AwsSolutions-SQS3 EventsDeadLetters$/,
    'it is a dead letter queue, of calls and not of a queue',
  ],
  [
    /^AwsSolutions-IAM4\[.*AmazonAPIGatewayPushToCloudWatchLogs\] Doors\/Api\/CloudWatchRole/,
    'the role is the one of the account for logs of API Gateway, which AWS describes so',
  ],
  [
    /^AwsSolutions-APIG2 Doors\/Api$/,
    'the gateway checks parameters; all bodies are bytes to it, NDJSON or packed, and checked behind it',
  ],
  [
    /^AwsSolutions-APIG3 Doors\/Api\/DeploymentStage/,
    'every request is signed and throttled; a web ACL costs by the month, idle or not',
  ],
  [
    /^AwsSolutions-COG4 Doors\/Api\/Default\//,
    'requests are signed by principals of IAM; a user pool is for people with passwords',
  ],
]

/** What they find of the console's files, and why it is so. */
const pageReasons: typeof reasons = [
  [
    /^AwsSolutions-(APIG4|COG4) Doors\/Api\/Default\/(console\.(js|css)\/)?GET$/,
    'text that tells nothing of the archive; a browser opens a page before it is given a key',
  ],
]

/** What they find when services send, and why it is so. */
const sourceReasons: typeof reasons = [
  [
    /^AwsSolutions-S1 Sources\/Landings\/Landed\/Bucket$/,
    'only the delivery streams of the archive write there, and it goes after two weeks',
  ],
  [
    /^AwsSolutions-IAM5\[Resource::<\w+\.Arn>\/(arrived\/waf\/)?\*\] Events\/Role/,
    'the objects that land there have names of their own',
  ],
  [
    /^AwsSolutions-IAM5\[Resource::<\w+\.Arn>\/\*\] Sources\/Landings\/Landed\/Role-waf/,
    'a delivery stream makes up the names of its objects',
  ],
  [
    /^AwsSolutions-IAM4\[.*AWSLambdaBasicExecutionRole\] BucketNotificationsHandler/,
    'the resource of CDK that tells a given S3 bucket to notify; it runs with the deployment',
  ],
]

before(async () => {
  await Promise.all(bundles.lambda.map(async plan => store(await bundle(plan))))
})

test('the rules of AWS Solutions find nothing but what has a reason, and no reason is idle', () => {
  const found = findingsWith(() => ({}))

  assert.deepEqual(unexplained(found), [])
  for (const [finding] of [...reasons, ...pageReasons]) {
    assert.ok(
      found.some(each => finding.test(each)),
      `${finding} explains what is not found any more`,
    )
  }
})

test('neither a key nor alarms bring findings of their own', () => {
  const found = findingsWith(stack => ({
    key: new kms.Key(stack, 'Key', { enableKeyRotation: true }),
    alarmTopic: new sns.Topic(stack, 'Topic', { enforceSSL: true }),
  }))

  assert.deepEqual(unexplained(found), [])
})

test('nor does what the archive takes in from other services', () => {
  const found = findingsWith(
    () => ({}),
    (archive, stack) => {
      const ssl = { enforceSSL: true }
      const redrive = { queue: new sqs.Queue(stack, 'Dead', ssl), maxReceiveCount: 3 }
      const times = { visibilityTimeout: Duration.minutes(30), deadLetterQueue: redrive }
      archive.addLogGroup(new logs.LogGroup(stack, 'Group'))
      archive.addQueue(new sqs.Queue(stack, 'Queue', { ...ssl, ...times }))
      const arn = 'arn:aws:kinesis:eu-central-1:123456789012:stream/x'
      archive.addStream(kinesis.Stream.fromStreamArn(stack, 'Stream', arn))
      archive.addEventRule('All', { source: ['aws.iam'] })
      archive.addTopic(new sns.Topic(stack, 'Topic', ssl))
      archive.addFirehose('waf')
      const logged = { serverAccessLogsPrefix: 'access/' }
      archive.addImportBucket(new s3.Bucket(stack, 'Land', { ...ssl, ...logged }))
    },
  )

  assert.deepEqual(unexplained(found, sourceReasons), [])
  for (const [finding] of sourceReasons) {
    assert.ok(
      found.some(each => finding.test(each)),
      `${finding} explains what is not found any more`,
    )
  }
})

test('pages of other origins ask unsigned only whether they may', () => {
  const found = findingsWith(() => ({ corsOrigins: ['https://app.example.com'] }))
  const preflight = /^AwsSolutions-(APIG4|COG4) Doors\/Api\/Default\/.*\/OPTIONS$/

  assert.deepEqual(
    unexplained(found).filter(each => !preflight.test(each)),
    [],
  )
})

test('neither does an API that asks for tokens', () => {
  const tokens = { issuer: 'https://issuer.example', audience: ['varve'] }
  const found = findingsWith(() => ({ auth: ArchiveAuth.bearer({ tokens }) }))

  assert.deepEqual(unexplained(found), [])
})

test('the rules see what is wrong', () => {
  const found = findingsWith(stack => ({ alarmTopic: new sns.Topic(stack, 'Open') }))

  assert.deepEqual(unexplained(found), ['AwsSolutions-SNS3 Open'])
})

function unexplained(found: readonly string[], more: typeof reasons = []): string[] {
  return found.filter(
    each => ![...reasons, ...pageReasons, ...more].some(([finding]) => finding.test(each)),
  )
}

/** Each as the rule and the resource in the archive, without the names that CDK makes up. */
function findingsWith(
  propsIn: (stack: Stack) => EventArchiveProps,
  add: (archive: EventArchive, stack: Stack) => void = () => {},
): string[] {
  const app = new App()
  const stack = new Stack(app, 'Test', { env: { region: 'eu-central-1' } })
  const archive = new EventArchive(stack, 'Archive', propsIn(stack))
  archive.addDashboard()
  add(archive, stack)
  const { violations } = new AwsSolutionsChecks(app).validateScope(app)
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath = '' }) => {
      const path = constructPath.replace(/^Test\/(Archive\/)?/, '').replace(/\/Resource$/, '')
      return `${ruleName.replace(/<ArchiveBucket\w+\.Arn>/, '<Bucket>')} ${path}`
    }),
  )
}
