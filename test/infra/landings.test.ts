import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { App, Duration, Stack } from 'aws-cdk-lib'
import { Match, Template } from 'aws-cdk-lib/assertions'
import * as kms from 'aws-cdk-lib/aws-kms'
import * as s3 from 'aws-cdk-lib/aws-s3'
import { formats } from '../../lib/import/formats.ts'
import { EventArchive, ImportFormat } from '../../lib/infra/event-archive.ts'
import { bundle, bundles, store } from '../../scripts/bundle.ts'
import { allows, statementsOf, templateWith } from './template.ts'

const eventsFunction = { Ref: Match.stringLikeRegexp('^ArchiveEventsFunction') }
const deadLetters = { 'Fn::GetAtt': [Match.stringLikeRegexp('^ArchiveEventsDeadLetters'), 'Arn'] }

describe('what lands in S3', () => {
  before(async () => {
    await Promise.all(bundles.lambda.map(async plan => store(await bundle(plan))))
  })

  test('may land in S3 buckets of other stacks, which are given by their names', () => {
    const app = new App()
    const [others, stack] = [new Stack(app, 'Others'), new Stack(app, 'Test')]
    const encryptionKey = new kms.Key(others, 'Key')
    const { bucketArn } = new s3.Bucket(others, 'Land', { encryptionKey })
    const store = new s3.Bucket(others, 'Store')
    const bucket = s3.Bucket.fromBucketName(stack, 'Given', store.bucketName)
    const archive = new EventArchive(stack, 'Archive', { bucket })
    const given = { bucketArn, encryptionKey }
    archive.addImportBucket(s3.Bucket.fromBucketAttributes(stack, 'Logs', given))

    Template.fromStack(stack).resourceCountIs('Custom::S3BucketNotifications', 2)
    Template.fromStack(others).resourceCountIs('Custom::S3BucketNotifications', 0)
  })

  test('is read under the prefix that was added, and no other', () => {
    const template = templateWith({}, (archive, stack) => {
      const key = new kms.Key(stack, 'LandingKey')
      const bucket = new s3.Bucket(stack, 'Land', { encryptionKey: key })
      const format = ImportFormat.CLOUDTRAIL
      archive.addImportBucket(bucket, { prefix: 'trail/', suffix: '.gz', format, stream: 'trail' })
      archive.addImportBucket(s3.Bucket.fromBucketName(stack, 'Given', 'given'))
      assert.throws(() => archive.addImportBucket(archive.bucket), /none that objects land in/)
    })
    const role = statementsOf(template, 'ArchiveEventsRole')
    const landed = JSON.stringify(role.filter(({ Action }) => Action === 's3:GetObject'))

    template.hasResourceProperties('Custom::S3BucketNotifications', {
      BucketName: { Ref: Match.stringLikeRegexp('^Land') },
      NotificationConfiguration: {
        QueueConfigurations: [
          Match.objectLike({
            Events: ['s3:ObjectCreated:*'],
            Filter: {
              Key: {
                FilterRules: [
                  { Name: 'suffix', Value: '.gz' },
                  { Name: 'prefix', Value: 'trail/' },
                ],
              },
            },
          }),
        ],
      },
    })
    assert.match(landed, /"\/trail\/\*"/)
    assert.match(landed, /s3:::given\/\*"/)
    assert.ok(role.some(({ Action }) => Action === 'kms:Decrypt'))
    assert.deepEqual(landingsOf(template), [
      '"prefix":"trail/","format":"cloudtrail","stream":"trail"}',
      '"bucket":"given","prefix":""}',
    ])
  })

  test('is imported object by object, in as many calls as it takes', () => {
    const template = templateWith({}, (archive, stack) => {
      archive.addImportBucket(new s3.Bucket(stack, 'Land'))
    })

    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 1800,
      RedrivePolicy: { deadLetterTargetArn: deadLetters, maxReceiveCount: 20 },
    })
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: eventsFunction,
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 10 },
    })
  })

  test('comes from a delivery stream by objects that land and go when they are archived', () => {
    const template = templateWith({}, archive => {
      assert.equal(archive.landingBucket, undefined)
      const waf = archive.addFirehose('waf')
      assert.ok(archive.landingBucket && archive.landingQueue && waf.deliveryStreamArn)
      archive.addFirehose('flow', { stream: 'vpc/flow', bufferingInterval: Duration.minutes(5) })
    })

    template.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      ExtendedS3DestinationConfiguration: Match.objectLike({
        Prefix: 'arrived/vpc/flow/!{timestamp:yyyy/MM/dd/HH}/',
        CompressionFormat: 'GZIP',
        BufferingHints: { IntervalInSeconds: 300, SizeInMBs: 64 },
        ProcessingConfiguration: Match.objectLike({
          Processors: [Match.objectLike({ Type: 'AppendDelimiterToRecord' })],
        }),
      }),
    })
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 14 })] },
      NotificationConfiguration: {
        QueueConfigurations: [
          Match.objectLike({
            Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'arrived/' }] } },
          }),
        ],
      },
    })
    const deliverer = statementsOf(template, 'ArchiveSourcesLandingsLandedRolewaf')
    assert.deepEqual(deliverer.flatMap(({ Action }) => Action).toSorted(), [
      ...['logs:CreateLogStream', 'logs:PutLogEvents', 's3:AbortMultipartUpload'],
      ...['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads', 's3:PutObject'],
    ])
    assert.equal(landingsOf(template).length, 2)
    assert.match(landingsOf(template)[1]!, /"prefix":"arrived\/vpc\/flow\/","stream":"vpc\/flow"/)
  })

  test('lets the function read what landed, and still no event of the archive', () => {
    const template = templateWith({}, (archive, stack) => {
      archive.addImportBucket(new s3.Bucket(stack, 'Land'))
    })
    const role = statementsOf(template, 'ArchiveEventsRole')

    assert.ok(!allows(role, 's3:GetObject', 'buckets/j/000000.zst'))
    assert.ok(!allows(role, 's3:GetObject', 'tail/01J-x.zst'))
    assert.ok(allows(role, 's3:GetObject', 'imports/x'))
  })

  test('has a format that imports know, whichever is named', () => {
    const named = Object.values(ImportFormat).map((format: ImportFormat) => format.name)

    assert.deepEqual(named.toSorted(), formats.map(format => format.name).toSorted())
  })
})

/** The landings that the function is told, each from its first member that is no reference. */
function landingsOf(template: Template): string[] {
  const functions = Object.values(template.findResources('AWS::Lambda::Function'))
  const told = functions.flatMap(
    ({ Properties }) => Properties.Environment?.Variables?.VARVE_LANDINGS ?? [],
  )
  const text = told.map(value =>
    typeof value === 'string' ? value : value['Fn::Join'][1].filter(isText).join(''),
  )
  return text
    .join('')
    .slice(1, -1)
    .split(/,?\{|"bucket":"",/)
    .filter(part => part.includes('prefix'))
}

function isText(part: unknown): part is string {
  return typeof part === 'string'
}
