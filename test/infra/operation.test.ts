import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { App, Duration, Stack } from 'aws-cdk-lib'
import { Match, Template } from 'aws-cdk-lib/assertions'
import * as acm from 'aws-cdk-lib/aws-certificatemanager'
import * as iam from 'aws-cdk-lib/aws-iam'
import * as s3 from 'aws-cdk-lib/aws-s3'
import * as sns from 'aws-cdk-lib/aws-sns'
import { EventArchive } from '../../lib/infra/event-archive.ts'
import { bundle, bundles, store } from '../../scripts/bundle.ts'
import { templateWith } from './template.ts'

before(async () => {
  await Promise.all(bundles.lambda.map(async plan => store(await bundle(plan))))
})

test('no alarm and no dashboard cost anything before somebody asks for them', () => {
  const template = templateWith()

  template.resourceCountIs('AWS::CloudWatch::Alarm', 0)
  template.resourceCountIs('AWS::CloudWatch::Dashboard', 0)
})

test('alarms tell the topic of failing functions, a tail that waits, and damage', () => {
  const template = templateWith(stack => ({ alarmTopic: new sns.Topic(stack, 'Topic') }))
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'))
  const metrics = alarms.map(({ Properties }) => Properties.MetricName ?? 'expression')

  assert.deepEqual(
    metrics.toSorted(),
    [
      ...['5XXError', 'ApproximateAgeOfOldestMessage', 'IteratorAge'],
      ...Array(2).fill('ApproximateNumberOfMessagesVisible'),
      ...Array(6).fill('Errors'),
      ...Array(5).fill('Throttles'),
      ...['Test-Archive-damages', 'expression'],
    ].toSorted(),
  )
  for (const { Properties } of alarms) {
    assert.deepEqual(Properties.AlarmActions, [{ Ref: topicOf(template) }])
    assert.equal(Properties.TreatMissingData, 'notBreaching')
  }
})

test('two archives of a region are measured apart', () => {
  const stack = new Stack(new App(), 'Test', { env: { region: 'eu-central-1' } })
  for (const id of ['Web', 'Shop']) new EventArchive(stack, id).addAlarms()
  const alarms = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'))
  const measured = alarms.flatMap(({ Properties }) =>
    Properties.MetricName === undefined
      ? []
      : [JSON.stringify([Properties.Namespace, Properties.MetricName, Properties.Dimensions])],
  )

  assert.deepEqual(measured.toSorted(), [...new Set(measured)].toSorted())
})

test('the line that the brigade logs for damage is what the alarm counts', () => {
  templateWith().hasResourceProperties('AWS::Logs::MetricFilter', {
    FilterPattern: '{ $.message = "damaged:*" }',
    LogGroupName: { Ref: Match.stringLikeRegexp('^ArchiveBrigadeLog') },
  })
})

test('a dashboard shows each function, the tail and what is stored', () => {
  const template = templateWith({}, archive => void archive.addDashboard())
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'))
  const body = JSON.stringify(dashboard!.Properties.DashboardBody)

  for (const what of [
    'append',
    'query',
    'admin',
    'brigade',
    'events',
    'BucketSizeBytes',
    '5XXError',
  ]) {
    assert.ok(body.includes(what), what)
  }
})

test('what the brigade fails at five times is kept for two weeks', () => {
  templateWith().hasResourceProperties('AWS::SQS::Queue', {
    RedrivePolicy: {
      deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('DeadLetters'), 'Arn'] },
      maxReceiveCount: 5,
    },
  })
})

test('sealed buckets, and only they, move to a storage class that answers at once', () => {
  const template = templateWith({
    prefix: 'logs/',
    sealedStorageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
    sealedStorageClassAfter: Duration.days(90),
  })

  template.hasResourceProperties('AWS::S3::Bucket', {
    LifecycleConfiguration: {
      Rules: Match.arrayWith([
        {
          Id: 'sealed-buckets',
          Status: 'Enabled',
          Prefix: 'logs/buckets/',
          Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 90 }],
        },
      ]),
    },
  })
  for (const refused of [
    s3.StorageClass.DEEP_ARCHIVE,
    s3.StorageClass.ONE_ZONE_INFREQUENT_ACCESS,
  ]) {
    assert.throws(() => templateWith({ sealedStorageClass: refused }), /expected one that answers/)
  }
  const sealedStorageClass = s3.StorageClass.INFREQUENT_ACCESS
  const sealedStorageClassAfter = Duration.days(7)
  assert.throws(() => templateWith({ sealedStorageClass, sealedStorageClassAfter }), /expected 30/)
})

test('a domain name is the only address of an archive that has one', () => {
  const arn = 'arn:aws:acm:eu-central-1:123456789012:certificate/x'
  let url = ''
  const template = templateWith(
    stack => ({
      domainName: 'archive.example.com',
      certificate: acm.Certificate.fromCertificateArn(stack, 'Certificate', arn),
    }),
    archive => {
      url = archive.url
    },
  )

  assert.equal(url, 'https://archive.example.com/')
  template.hasResourceProperties('AWS::ApiGateway::DomainName', { SecurityPolicy: 'TLS_1_2' })
  template.hasResourceProperties('AWS::ApiGateway::RestApi', { DisableExecuteApiEndpoint: true })
  assert.throws(() => templateWith({ domainName: 'archive.example.com' }), /go together/)
})

test('an archive of another stack grants its use by its address', () => {
  const stack = new Stack(new App(), 'Other', { env: { region: 'eu-central-1' } })
  const archive = EventArchive.fromAttributes(stack, 'Given', {
    bucket: s3.Bucket.fromBucketName(stack, 'Bucket', 'given'),
    restApiId: 'a1b2c3',
    prefix: 'logs/',
  })
  archive.grantRead(new iam.User(stack, 'Analyst'))
  const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy')

  assert.equal(archive.storeUrl, 's3://given/logs')
  assert.match(
    stack.resolve(archive.url)['Fn::Join'][1].join(''),
    /a1b2c3\.execute-api\.eu-central-1/,
  )
  assert.match(JSON.stringify(policies), /:a1b2c3\/live\/GET\/v1\/\*/)
  const named = EventArchive.fromAttributes(stack, 'Named', {
    bucket: archive.bucket,
    restApiId: 'd4e5f6',
    domainName: 'archive.example.com',
    asksIam: false,
  })
  assert.equal(named.url, 'https://archive.example.com/')
  assert.throws(() => named.grantRead(new iam.User(stack, 'Other')), /API keys and tokens/)
})

function topicOf(template: Template): string {
  return Object.keys(template.findResources('AWS::SNS::Topic'))[0]!
}
