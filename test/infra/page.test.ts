import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { Match, type Template } from 'aws-cdk-lib/assertions'
import { consolePaths } from '../../lib/api/console-response.ts'
import { ArchiveAuth } from '../../lib/infra/event-archive.ts'
import { bundle, bundles, store } from '../../scripts/bundle.ts'
import { doorAt, doorOf } from './doors.ts'
import { statementsOf, templateWith } from './template.ts'

const tokens = { issuer: 'https://issuer.example', audience: ['varve'] }

describe('the console of a deployed archive', () => {
  let signed: Template
  let bearer: Template

  before(async () => {
    await Promise.all(bundles.lambda.map(async plan => store(await bundle(plan))))
    signed = templateWith()
    const auth = ArchiveAuth.bearer({ tokens, requestsPerSecondMax: 5 })
    bearer = templateWith({ auth })
  })

  test('is open to everybody at the address of the API, whoever may ask', () => {
    for (const template of [signed, bearer]) {
      for (const path of consolePaths) {
        const door = doorAt(template, 'GET', path)

        assert.equal(doorOf(template, 'GET', path), 'DoorsPageConsole', path)
        assert.partialDeepStrictEqual(door, { AuthorizationType: 'NONE', ApiKeyRequired: false })
        assert.ok(!('AuthorizerId' in door!))
        assert.equal(doorAt(template, 'POST', path), undefined)
      }
    }
  })

  test('is served by a function that reads nothing and knows only what the page asks for', () => {
    const statements = statementsOf(signed, 'ArchiveDoorsPageConsoleRole')
    const auths = [signed, bearer].map(template => {
      const description = 'Varve: serves the page that asks'
      const Properties = { Description: description }
      const [found] = Object.values(template.findResources('AWS::Lambda::Function', { Properties }))
      return found!.Properties.Environment.Variables
    })

    assert.deepEqual(
      statements.flatMap(({ Action }) => Action),
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
    )
    assert.deepEqual(auths, [{ VARVE_AUTH: 'iam' }, { VARVE_AUTH: 'bearer' }])
  })

  test('is slowed down by itself: strangers may not call it for much money', () => {
    const slow = { HttpMethod: 'GET', ThrottlingRateLimit: 5, ThrottlingBurstLimit: 60 }
    const paths = ['/', '/~1console.js', '/~1console.css']

    signed.hasResourceProperties('AWS::ApiGateway::Stage', {
      MethodSettings: Match.arrayWith(
        paths.map(ResourcePath => Match.objectLike({ ...slow, ResourcePath })),
      ),
    })
  })

  test('is not there where it is switched off', () => {
    const template = templateWith({ console: false })

    for (const path of consolePaths) assert.equal(doorAt(template, 'GET', path), undefined)
    template.allResourcesProperties('AWS::ApiGateway::Method', { AuthorizationType: 'AWS_IAM' })
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      MethodSettings: [Match.objectLike({ HttpMethod: '*' })],
    })
  })
})
