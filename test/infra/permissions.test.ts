import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { Match, type Template } from 'aws-cdk-lib/assertions'
import * as kms from 'aws-cdk-lib/aws-kms'
import { bundle, bundles, store } from '../../scripts/bundle.ts'
import {
  allows,
  anything,
  type Facts,
  guardsOf,
  type Statement,
  statementsOf,
  templateWith,
} from './template.ts'

const functions = ['Append', 'Query', 'Scan', 'Admin', 'Brigade', 'Events', 'DoorsPageConsole']

describe('the functions of an EventArchive', () => {
  let template: Template

  before(async () => {
    await Promise.all(bundles.lambda.map(async plan => store(await bundle(plan))))
    template = templateWith()
  })

  test('have roles of their own, without a managed policy or an action with a wildcard', () => {
    const roles = template.findResources('AWS::IAM::Role', {
      Properties: {
        AssumeRolePolicyDocument: Match.objectLike({
          Statement: [Match.objectLike({ Principal: { Service: 'lambda.amazonaws.com' } })],
        }),
      },
    })
    const actions = statementsOf(template, 'Archive').flatMap(statement => statement.Action)

    assert.equal(Object.keys(roles).length, functions.length)
    for (const role of Object.values(roles)) {
      assert.equal(role.Properties.ManagedPolicyArns, undefined)
    }
    assert.deepEqual(
      actions.filter(action => action.includes('*')),
      [],
    )
  })

  const create = { 's3:if-none-match': '*' }
  const swap = { 's3:if-match': '"etag"' }
  const part = { 's3:ObjectCreationOperation': 'false' }
  const tail = 'tail/01J-x.zst'
  const sealed = 'buckets/j/000000.zst'
  const permissions: readonly (readonly [
    action: string,
    key: string | undefined,
    facts: Facts,
    who: string,
  ])[] = [
    ['s3:PutObject', tail, create, 'Append Brigade Events'],
    ['s3:PutObject', tail, {}, ''],
    ['s3:PutObject', tail, swap, ''],
    ['s3:PutObject', 'requests/x', create, 'Append Brigade Events'],
    ['s3:PutObject', 'imports/x', create, 'Brigade Events'],
    ['s3:PutObject', 'imports/x', swap, 'Brigade Events'],
    ['s3:PutObject', 'imports/x', {}, 'Brigade'],
    ['s3:PutObject', 'catalog', create, 'Admin Brigade'],
    ['s3:PutObject', 'catalog', swap, 'Admin Brigade'],
    ['s3:PutObject', 'catalog', {}, ''],
    ['s3:PutObject', sealed, create, 'Brigade'],
    ['s3:PutObject', sealed, part, 'Brigade'],
    ['s3:PutObject', sealed, swap, ''],
    ['s3:PutObject', sealed, {}, ''],
    ['s3:GetObject', tail, {}, 'Query Scan Admin Brigade'],
    ['s3:GetObject', sealed, {}, 'Query Scan Admin Brigade'],
    ['s3:GetObject', 'index/j/000000', {}, 'Query Admin Brigade'],
    ['s3:GetObject', 'erasures/x', {}, 'Query Admin Brigade'],
    ['s3:GetObject', 'catalog', {}, 'Append Query Admin Brigade Events'],
    ['s3:GetObject', 'requests/x', {}, 'Append Query Admin Brigade Events'],
    ['s3:GetObject', 'imports/x', {}, 'Query Admin Brigade Events'],
    ['s3:GetObject', 'absorbed/j/000000', {}, 'Append Query Admin Brigade Events'],
    ['s3:DeleteObject', tail, {}, 'Brigade'],
    ['s3:DeleteObject', 'catalog', {}, ''],
    ['s3:DeleteObjectVersion', tail, {}, ''],
    ['s3:ListBucket', undefined, { 's3:prefix': 'tail/01J' }, 'Append Query Admin Brigade Events'],
    ['s3:ListBucket', undefined, { 's3:prefix': 'buckets/' }, 'Query Admin Brigade'],
    ['s3:ListBucket', undefined, {}, 'Query Admin Brigade Events'],
    ['s3:PutBucketPolicy', undefined, {}, ''],
    ['s3:PutBucketVersioning', undefined, {}, ''],
    ['s3:DeleteBucket', undefined, {}, ''],
  ]
  for (const [action, key, facts, who] of permissions) {
    const where = [key ?? 'the S3 bucket', ...Object.keys(facts)].join(' with ')
    test(`are granted ${action} on ${where}: ${who || 'none of them'}`, () => {
      const allowed = functions.filter(name => allows(policyOf(name), action, key, facts))

      assert.equal(allowed.join(' '), who)
    })
  }

  const denials: readonly (readonly [what: string, name: string, action: string, key: string])[] = [
    ['the append function cannot read an event', 'Append', 's3:GetObject', sealed],
    ['the append function cannot read a fresh event', 'Append', 's3:GetObject', tail],
    ['the append function cannot write the catalog', 'Append', 's3:PutObject', 'catalog'],
    ['the append function cannot delete', 'Append', 's3:DeleteObject', tail],
    ['the events function cannot read an event', 'Events', 's3:GetObject', sealed],
    ['the events function cannot read a fresh event', 'Events', 's3:GetObject', tail],
    ['the events function cannot write the catalog', 'Events', 's3:PutObject', 'catalog'],
    ['the events function cannot write where events lie', 'Events', 's3:PutObject', sealed],
    ['the events function cannot delete', 'Events', 's3:DeleteObject', tail],
    ['the query function cannot put', 'Query', 's3:PutObject', tail],
    ['the query function cannot delete', 'Query', 's3:DeleteObject', tail],
    ['the scan function cannot read the catalog', 'Scan', 's3:GetObject', 'catalog'],
    ['the scan function cannot read an index', 'Scan', 's3:GetObject', 'index/j/000000'],
    ['the scan function cannot put', 'Scan', 's3:PutObject', tail],
    ['the scan function cannot delete', 'Scan', 's3:DeleteObject', sealed],
    ['the scan function cannot list', 'Scan', 's3:ListBucket', ''],
    ['the admin function puts nothing but the catalog', 'Admin', 's3:PutObject', sealed],
    ['the admin function cannot delete', 'Admin', 's3:DeleteObject', sealed],
    ['the brigade cannot delete versions', 'Brigade', 's3:DeleteObjectVersion', sealed],
    ['the brigade cannot delete the catalog', 'Brigade', 's3:DeleteObject', 'catalog'],
  ]
  for (const [what, name, action, key] of denials) {
    test(`${what}, not even when all of S3 is allowed to it`, () => {
      const generous = [...statementsOf(template, `Archive${name}Role`), anything]

      assert.ok(!allows(generous, action, key, create))
      assert.ok(allows([anything], action, key, create))
    })
  }

  test('nor anybody else may replace an object, delete the catalog or turn versions on', () => {
    const everybody = [anything, ...guardsOf(template)]

    assert.ok(allows(everybody, 's3:PutObject', sealed, create))
    assert.ok(!allows(everybody, 's3:PutObject', sealed))
    assert.ok(!allows(everybody, 's3:PutObject', 'catalog'))
    assert.ok(allows(everybody, 's3:PutObject', 'imports/x', swap))
    assert.ok(!allows(everybody, 's3:DeleteObject', 'catalog'))
    assert.ok(!allows(everybody, 's3:PutBucketVersioning', undefined))
    assert.ok(!allows(everybody, 's3:GetObject', sealed, { 'aws:SecureTransport': 'false' }))
  })

  test('call the scan function from the query function alone, and nothing else at all', () => {
    const calls = (name: string) =>
      statementsOf(template, `Archive${name}Role`).filter(statement =>
        [statement.Action].flat().some(action => action.startsWith('lambda:')),
      )

    assert.deepEqual(
      functions.filter(name => calls(name).length > 0),
      ['Query'],
    )
    const [call, ...others] = calls('Query')
    assert.deepEqual([call!.Action, others], ['lambda:InvokeFunction', []])
    assert.match(
      JSON.stringify(call!.Resource),
      /^{"Fn::GetAtt":\["ArchiveScanFunction\w+","Arn"\]}$/,
    )
    const granted = Object.values(template.findResources('AWS::Lambda::Permission'))
    assert.doesNotMatch(JSON.stringify(granted), /ArchiveScanFunction/)
  })

  test('use a given key as far as they read and write, and nothing more', () => {
    const encrypted = templateWith(stack => ({ key: new kms.Key(stack, 'Key') }))
    const uses = functions.map(name =>
      statementsOf(encrypted, `Archive${name}Role`)
        .flatMap(statement => statement.Action)
        .filter(action => action.startsWith('kms:'))
        .join(' '),
    )

    assert.deepEqual(uses, [
      'kms:Decrypt kms:GenerateDataKey',
      'kms:Decrypt',
      'kms:Decrypt',
      'kms:Decrypt kms:GenerateDataKey',
      'kms:Decrypt kms:GenerateDataKey',
      'kms:Decrypt kms:GenerateDataKey',
      '',
    ])
    encrypted.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: Match.objectLike({ SSEAlgorithm: 'aws:kms' }),
          },
        ],
      },
    })
  })

  function policyOf(name: string): Statement[] {
    return [...statementsOf(template, `Archive${name}Role`), ...guardsOf(template)]
  }
})
