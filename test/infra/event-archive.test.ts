import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib'
import { Match, type Template } from 'aws-cdk-lib/assertions'
import * as events from 'aws-cdk-lib/aws-events'
import * as iam from 'aws-cdk-lib/aws-iam'
import { routes } from '../../lib/api/app.ts'
import { bundle, bundles, store } from '../../scripts/bundle.ts'
import { demandedBy, doorAt, doorOf } from './doors.ts'
import { allows, statementsOf, templateWith } from './template.ts'

describe('EventArchive', () => {
  let template: Template

  before(async () => {
    await Promise.all(bundles.lambda.map(async plan => store(await bundle(plan))))
    template = templateWith()
  })

  test('has functions on Node 24 and Graviton, and all but one know their store', () => {
    template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      LoggingConfig: Match.objectLike({ LogFormat: 'JSON', SystemLogLevel: 'WARN' }),
    })
    const Variables = { VARVE_STORE: { 'Fn::Join': ['', ['s3://', { Ref: Match.anyValue() }]] } }
    const functions = Object.keys(template.findResources('AWS::Lambda::Function'))
    const withStore = Object.keys(
      template.findResources('AWS::Lambda::Function', {
        Properties: { MemorySize: 1769, Environment: { Variables } },
      }),
    )
    const others = functions.filter(name => !withStore.includes(name))
    assert.match(others.join(), /^ArchiveDoorsPageConsoleFunction\w+$/)
  })

  test('tells the query function how to call the scan function, and nobody else', () => {
    const variables = (given: Template) =>
      Object.entries(given.findResources('AWS::Lambda::Function')).flatMap(([id, { Properties }]) =>
        Object.entries(Properties.Environment.Variables)
          .filter(([name]) => name.startsWith('VARVE_SCAN'))
          .map(([name, value]) => [id.slice(0, 12), name, JSON.stringify(value)]),
      )
    const [address, memory] = variables(template)
    const given = { scanMemory: Size.gibibytes(3), scanReservedConcurrency: 64 }
    const changed = templateWith(given)

    assert.deepEqual(address!.slice(0, 2), ['ArchiveQuery', 'VARVE_SCAN_URL'])
    assert.match(
      address![2]!,
      /https:\/\/lambda\.eu-central-1\.","?.*\/2015-03-31\/functions\/.*ArchiveScanFunction\w+.*\/invocations/,
    )
    assert.deepEqual(memory, ['ArchiveQuery', 'VARVE_SCAN_MEBIBYTES', '"1769"'])
    assert.deepEqual(variables(changed).slice(1), [
      ['ArchiveQuery', 'VARVE_SCAN_MEBIBYTES', '"3072"'],
      ['ArchiveQuery', 'VARVE_SCAN_CALLS', '"64"'],
    ])
    changed.hasResourceProperties('AWS::Lambda::Function', {
      MemorySize: 3072,
      Timeout: 60,
      ReservedConcurrentExecutions: 64,
    })
  })

  test('keeps a private, encrypted, unversioned S3 bucket when the stack goes', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: Match.anyValue(),
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        VersioningConfiguration: Match.absent(),
        LifecycleConfiguration: {
          Rules: [
            {
              Id: 'abort-multipart',
              Status: 'Enabled',
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
            },
          ],
        },
      },
    })
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      }),
    })
  })

  test('demands a signature at every door, streams answers and buffers receipts', () => {
    const methods = Object.values(template.findResources('AWS::ApiGateway::Method'))
    const streamed = (method: (typeof methods)[number]) =>
      method.Properties.Integration.ResponseTransferMode === 'STREAM'
    const calls = (method: (typeof methods)[number], name: string) =>
      JSON.stringify(method.Properties.Integration.Uri).includes(`Archive${name}Function`)

    for (const method of methods.filter(each => !calls(each, 'DoorsPageConsole'))) {
      assert.equal(method.Properties.AuthorizationType, 'AWS_IAM')
      assert.equal(streamed(method), calls(method, 'Query') || calls(method, 'Admin'))
      assert.equal(streamed(method), !calls(method, 'Append'))
    }
  })

  for (const { method, path, parametersInBody, queryParameters } of routes) {
    test(`has a door for ${method} ${path}, to the function that may do it`, () => {
      const address = path.replace('{stream}', 'web/eu').replaceAll(/\{\w+\}/g, 'x')
      const role = method === 'GET' || path === '/v1/search' ? 'Query' : 'Append'

      assert.equal(
        doorOf(template, method, address),
        path === '/v1/erase' && method === 'POST' ? 'Admin' : role,
      )
    })

    const demanded = Object.keys(queryParameters).filter(name => queryParameters[name]!.required)
    if (demanded.length > 0 && !parametersInBody) {
      test(`lets nobody through to ${method} ${path} without ${demanded.join(', ')}`, () => {
        assert.deepEqual(demandedBy(doorAt(template, method, path)!), demanded)
      })
    }
  }

  test('limits requests, logs them and passes every body as it was sent', () => {
    template.hasResourceProperties('AWS::ApiGateway::RestApi', {
      BinaryMediaTypes: ['*/*'],
      EndpointConfiguration: { Types: ['REGIONAL'] },
    })
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      AccessLogSetting: { DestinationArn: Match.anyValue(), Format: Match.anyValue() },
      MethodSettings: Match.arrayWith([
        Match.objectLike({
          HttpMethod: '*',
          ThrottlingRateLimit: 1000,
          ThrottlingBurstLimit: 2000,
        }),
      ]),
    })
    template.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
      ResponseType: 'THROTTLED',
      ResponseParameters: { 'gatewayresponse.header.Retry-After': "'1'" },
    })
  })

  test('wakes the brigade by fresh batches within a minute, and once a day', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      NotificationConfiguration: {
        QueueConfigurations: [
          {
            Event: 's3:ObjectCreated:*',
            Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'tail/' }] } },
            Queue: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ArchiveFreshBatches'), 'Arn'] },
          },
        ],
      },
    })
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: { Ref: Match.stringLikeRegexp('^ArchiveBrigade') },
      MaximumBatchingWindowInSeconds: 60,
      BatchSize: 10_000,
      ScalingConfig: { MaximumConcurrency: 2 },
    })
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 day)' })
  })

  test('lets the brigade, and nobody else, wake itself again when work is left', () => {
    const senders = Object.values(template.findResources('AWS::IAM::Policy')).filter(policy =>
      policy.Properties.PolicyDocument.Statement.some(
        ({ Action, Resource }: { readonly Action: unknown; readonly Resource: unknown }) =>
          JSON.stringify(Action).includes('sqs:SendMessage') &&
          JSON.stringify(Resource).includes('ArchiveFreshBatchesQueue'),
      ),
    )
    assert.equal(senders.length, 1)
    assert.match(JSON.stringify(senders[0]!.Properties.Roles), /ArchiveBrigadeRole/)
    template.hasResourceProperties('AWS::Lambda::Function', {
      RecursiveLoop: 'Allow',
      Environment: {
        Variables: {
          VARVE_QUEUE_URL: { Ref: Match.stringLikeRegexp('^ArchiveFreshBatchesQueue') },
        },
      },
    })
  })

  test('takes its sizes, times and limits from the props', () => {
    const changed = templateWith({
      removalPolicy: RemovalPolicy.DESTROY,
      queryMemory: Size.gibibytes(3),
      queryTimeout: Duration.minutes(10),
      brigadeSchedule: events.Schedule.rate(Duration.minutes(1)),
      requestsPerSecondMax: 5,
      burstRequestsMax: 7,
    })

    changed.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' })
    changed.hasResourceProperties('AWS::Lambda::Function', { MemorySize: 3072, Timeout: 600 })
    changed.hasResourceProperties('AWS::ApiGateway::Method', {
      Integration: Match.objectLike({ TimeoutInMillis: 600_000 }),
    })
    changed.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 minute)' })
    changed.hasResourceProperties('AWS::ApiGateway::Stage', {
      MethodSettings: Match.arrayWith([
        Match.objectLike({ HttpMethod: '*', ThrottlingRateLimit: 5, ThrottlingBurstLimit: 7 }),
      ]),
    })
  })

  test('refuses a prefix that is none', () => {
    assert.throws(() => templateWith({ prefix: 'logs' }), /prefix is "logs", expected/)
    assert.throws(() => templateWith({ prefix: '../' }), /expected/)
  })

  test('grants a principal to append, another one to ask, a third one everything', () => {
    const granted = templateWith({}, (archive, stack) => {
      const role = (id: string) =>
        new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal() })
      archive.grantIngest(role('Producer'))
      archive.grantRead(role('Analyst'))
      archive.grantAdmin(role('Officer'))
    })
    const officer = statementsOf(granted, 'Officer')
    const doors = (role: string) =>
      JSON.stringify(statementsOf(granted, role)).match(/\/(GET|POST)\/[^"]+/g)

    assert.deepEqual(doors('Producer'), ['/POST/v1/events', '/POST/v1/streams/*'])
    assert.deepEqual(doors('Analyst'), ['/GET/v1/*', '/POST/v1/search', '/GET/openapi.json'])
    assert.equal(doors('Officer')!.at(-1), '/POST/v1/*')
    assert.ok(allows(officer, 's3:PutObject', 'catalog'))
    assert.ok(!allows(officer, 's3:DeleteObject', 'catalog'))
    for (const { Effect, Resource } of officer.filter(each => each.Effect === 'Deny')) {
      assert.match(JSON.stringify(Resource), /ArchiveBucket/, `${Effect} elsewhere`)
    }
  })
})
