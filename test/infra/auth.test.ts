import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { App, Stack } from 'aws-cdk-lib'
import { Match, Template } from 'aws-cdk-lib/assertions'
import * as cognito from 'aws-cdk-lib/aws-cognito'
import * as iam from 'aws-cdk-lib/aws-iam'
import { hashOfKey } from '../../lib/access/api-key.ts'
import { usageKey } from '../../lib/access/usage-key.ts'
import { ArchiveAuth, EventArchive } from '../../lib/infra/event-archive.ts'
import { bundle, bundles, store } from '../../scripts/bundle.ts'
import { methodsButThePage } from './doors.ts'
import { statementsOf, templateWith } from './template.ts'

const key = { name: 'shipper', hash: hashOfKey('k'), scopes: ['ingest:web/'] }

describe('an API that asks for keys and tokens', () => {
  const folder = mkdtempSync(join(tmpdir(), 'varve-auth-'))
  const keysFile = join(folder, 'keys.json')
  let template: Template

  before(async () => {
    await Promise.all(bundles.lambda.map(async plan => store(await bundle(plan))))
    writeFileSync(keysFile, JSON.stringify([key]))
    template = templateWith(stack => {
      const pool = new cognito.UserPool(stack, 'Pool')
      const issuer = pool.userPoolProviderUrl
      const tokens = { issuer, audience: ['console'], scopePrefix: 'varve/' }
      return { auth: ArchiveAuth.bearer({ keysFile, tokens }) }
    })
  })

  after(() => rmSync(folder, { recursive: true, force: true }))

  test('has each of its methods looked at by the authorizer, anew for each request', () => {
    for (const { AuthorizationType, AuthorizerId } of methodsButThePage(template)) {
      assert.equal(AuthorizationType, 'CUSTOM')
      assert.match(AuthorizerId.Ref, /Authorizer/)
    }
    template.hasResourceProperties('AWS::ApiGateway::Authorizer', {
      Type: 'REQUEST',
      AuthorizerResultTtlInSeconds: 0,
      IdentitySource: '',
    })
  })

  test('tells the authorizer whose tokens it takes, and lets it only write its log', () => {
    const actions = statementsOf(template, 'ArchiveDoorsDoorkeeperAuthorizeRole').flatMap(
      statement => statement.Action,
    )

    assert.deepEqual(actions.toSorted(), ['logs:CreateLogStream', 'logs:PutLogEvents'])
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'Varve: says who may ask',
      Timeout: 10,
      Environment: {
        Variables: {
          VARVE_ISSUER: {
            'Fn::Join': [
              '',
              Match.arrayWith(['{"issuer":"', '","audience":["console"],"scopePrefix":"varve/"}']),
            ],
          },
          VARVE_STORE: Match.absent(),
        },
      },
    })
  })

  test('has the list of keys beside the code of the authorizer, and it alone', () => {
    const app = new App()
    const stack = new Stack(app, 'Test')
    new EventArchive(stack, 'Archive', { auth: ArchiveAuth.bearer({ keysFile }) })
    const { directory } = app.synth()
    const functions = Object.values(
      Template.fromStack(stack).findResources('AWS::Lambda::Function'),
    )
    const withList = functions.filter(({ Properties }) => {
      const folder = `asset.${Properties.Code.S3Key.replace('.zip', '')}`
      return readdirSync(join(directory, folder)).includes('keys.json')
    })
    const [authorize] = withList
    const asset = `asset.${authorize!.Properties.Code.S3Key.replace('.zip', '')}`

    assert.equal(withList.length, 1)
    assert.equal(authorize!.Properties.Description, 'Varve: says who may ask')
    assert.deepEqual(JSON.parse(readFileSync(join(directory, asset, 'keys.json'), 'utf8')), [key])
  })

  test('says why it refuses', () => {
    const answers = Object.values(template.findResources('AWS::ApiGateway::GatewayResponse'))
    for (const { Properties } of answers) {
      const text: string = Properties.ResponseTemplates['application/json']
      const answer = JSON.parse(text.replace(/\$context[\w.]+/, '"why"'))

      assert.equal(answer.type, `urn:varve:problem:${answer.code}`)
    }
    template.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
      ResponseType: 'ACCESS_DENIED',
      ResponseTemplates: {
        'application/json': Match.stringLikeRegexp('"detail":\\$context.authorizer.reason,'),
      },
    })
    template.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
      ResponseType: 'UNAUTHORIZED',
      ResponseParameters: {
        'gatewayresponse.header.WWW-Authenticate': `'Basic realm="varve"'`,
      },
    })
  })

  test('slows each key down alone, and all tokens together, if it is told to', () => {
    const tokens = { issuer: 'https://issuer.example', audience: ['varve'] }
    const auth = ArchiveAuth.bearer({ keysFile, tokens, requestsPerSecondMax: 5 })
    const limited = templateWith({ auth, corsOrigins: ['https://app.example.com'] })
    const [authorize] = Object.values(
      limited.findResources('AWS::Lambda::Function', {
        Properties: { Description: 'Varve: says who may ask' },
      }),
    )
    const archive = authorize!.Properties.Environment.Variables.VARVE_COUNTED
    const values = Object.values(limited.findResources('AWS::ApiGateway::ApiKey')).map(
      ({ Properties }) => Properties.Value,
    )

    assert.deepEqual(values, [usageKey(archive, 'shipper'), usageKey(archive, '*')])
    limited.resourceCountIs('AWS::ApiGateway::UsagePlanKey', 2)
    limited.hasResourceProperties('AWS::ApiGateway::UsagePlan', {
      Throttle: { RateLimit: 5, BurstLimit: 10 },
      ApiStages: [Match.objectLike({ Stage: Match.anyValue() })],
    })
    limited.hasResourceProperties('AWS::ApiGateway::RestApi', { ApiKeySourceType: 'AUTHORIZER' })
    for (const { ApiKeyRequired, HttpMethod } of methodsButThePage(limited)) {
      assert.equal(ApiKeyRequired, HttpMethod !== 'OPTIONS')
    }
    template.resourceCountIs('AWS::ApiGateway::ApiKey', 0)
    const seldom = ArchiveAuth.bearer({ keysFile, requestsPerSecondMax: 0.3 })
    templateWith({ auth: seldom }).hasResourceProperties('AWS::ApiGateway::UsagePlan', {
      Throttle: { RateLimit: 0.3, BurstLimit: 1 },
    })
  })

  test('grants nothing by IAM but the store', () => {
    const auth = ArchiveAuth.bearer({ keysFile })
    const granted = templateWith({ auth }, (archive, stack) => {
      const user = new iam.User(stack, 'Officer')
      archive.grantAdmin(user)
      assert.throws(() => archive.grantIngest(user), /decided by API keys and tokens/)
      assert.throws(() => archive.grantRead(user), /decided by API keys and tokens/)
    })
    const policies = Object.values(granted.findResources('AWS::IAM::Policy'))
    const officers = policies.filter(({ Properties }) => Properties.Users)

    assert.equal(officers.length, 1)
    assert.doesNotMatch(JSON.stringify(officers), /execute-api/)
  })

  test('is refused without either, and with a list that is none', () => {
    const spoilt = join(folder, 'spoilt.json')
    writeFileSync(spoilt, JSON.stringify([{ ...key, scopes: ['write'] }]))

    assert.throws(() => ArchiveAuth.bearer({}), /expected keysFile, tokens, or both/)
    assert.throws(
      () => templateWith({ auth: ArchiveAuth.bearer({ keysFile: spoilt }) }),
      /keysFile .*spoilt\.json: "write" is no scope/,
    )
  })
})
