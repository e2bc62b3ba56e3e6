import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Stack } from 'aws-cdk-lib'
import { Match } from 'aws-cdk-lib/assertions'
import * as s3 from 'aws-cdk-lib/aws-s3'
import { EventArchive } from '../../lib/infra/event-archive.ts'
import { bundle, bundles, store } from '../../scripts/bundle.ts'
import { allows, anything, guardsOf, statementsOf, templateWith } from './template.ts'

describe('an EventArchive in a given S3 bucket', () => {
  before(async () => {
    await Promise.all(bundles.lambda.map(async plan => store(await bundle(plan))))
  })

  test('lives under a prefix and touches nothing beside it', () => {
    const shared = templateWith(stack => ({
      bucket: new s3.Bucket(stack, 'ArchiveBucketOfOthers'),
      prefix: 'logs/web/',
    }))
    const query = statementsOf(shared, 'ArchiveQueryRole')

    assert.ok(allows(query, 's3:GetObject', 'logs/web/catalog'))
    assert.ok(!allows(query, 's3:GetObject', 'logs/catalog'))
    assert.ok(allows(query, 's3:ListBucket', undefined, { 's3:prefix': 'logs/web/tail/' }))
    assert.ok(!allows(query, 's3:ListBucket', undefined, { 's3:prefix': 'logs/' }))
    shared.resourceCountIs('AWS::S3::Bucket', 1)
    const rules = [{ Name: 'prefix', Value: 'logs/web/tail/' }]
    shared.hasResourceProperties('Custom::S3BucketNotifications', {
      NotificationConfiguration: {
        QueueConfigurations: [Match.objectLike({ Filter: { Key: { FilterRules: rules } } })],
      },
    })
    shared.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: { VARVE_STORE: { 'Fn::Join': ['', Match.arrayWith(['/logs/web'])] } },
      },
    })
  })

  test('shares it with others, guarded as it is alone, but keeps no versions', () => {
    const bucketOf = (stack: Stack, versioned = false) =>
      new s3.Bucket(stack, 'ArchiveBucketOfOthers', { versioned })
    const shared = templateWith(
      stack => ({ bucket: bucketOf(stack), prefix: 'logs/web/' }),
      ({ bucket }, stack) => void new EventArchive(stack, 'Other', { bucket, prefix: 'logs/app/' }),
    )
    const guards = guardsOf(shared)
    const names = guards.map(({ Sid }) => Sid)

    assert.deepEqual(names.toSorted(), [...new Set(names)].toSorted())
    for (const key of ['logs/web/catalog', 'logs/app/catalog']) {
      assert.ok(!allows([anything, ...guards], 's3:DeleteObject', key))
    }
    assert.ok(!allows([anything, ...guards], 's3:PutBucketVersioning', undefined))
    assert.throws(
      () => templateWith(stack => ({ bucket: bucketOf(stack, true) })),
      /keeps versions/,
    )
  })

  test('is told of fresh batches by an S3 bucket of another stack', () => {
    const imported = templateWith(stack => ({
      bucket: s3.Bucket.fromBucketName(stack, 'Imported', 'given'),
    }))

    imported.resourceCountIs('AWS::S3::Bucket', 0)
    imported.hasResourceProperties('Custom::S3BucketNotifications', {
      BucketName: 'given',
      NotificationConfiguration: { QueueConfigurations: [Match.anyValue()] },
    })
  })
})
