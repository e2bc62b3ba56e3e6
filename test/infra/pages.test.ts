import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { Match, type Template } from 'aws-cdk-lib/assertions'
import { ArchiveAuth } from '../../lib/infra/event-archive.ts'
import type { EventArchiveProps } from '../../lib/infra/event-archive-props.ts'
import { bundle, bundles, store } from '../../scripts/bundle.ts'
import { methodsButThePage } from './doors.ts'
import { templateWith } from './template.ts'

const corsOrigins = ['https://app.example.com', 'http://localhost:5173']
const tokens = { issuer: 'https://issuer.example', audience: ['varve'] }

describe('pages of other origins', () => {
  before(async () => {
    await Promise.all(bundles.lambda.map(async plan => store(await bundle(plan))))
  })

  const kinds: readonly (readonly [what: string, props: EventArchiveProps, kind: string])[] = [
    ['signed requests', {}, 'AWS_IAM'],
    ['tokens', { auth: ArchiveAuth.bearer({ tokens }) }, 'CUSTOM'],
  ]
  for (const [what, props, kind] of kinds) {
    test(`ask an API of ${what} unsigned whether they may, and nothing else`, () => {
      const template = templateWith({ ...props, corsOrigins })
      const methods = methodsButThePage(template)
      const resources = Object.entries(template.findResources('AWS::ApiGateway::Resource'))
      const doors = resources.filter(([, { Properties }]) => !/^console/.test(Properties.PathPart))
      const asked = methods
        .filter(({ HttpMethod }) => HttpMethod === 'OPTIONS')
        .map(({ ResourceId }) => ResourceId.Ref)

      assert.deepEqual(asked.toSorted(), doors.map(([name]) => name).toSorted())
      for (const { HttpMethod, AuthorizationType, AuthorizerId } of methods) {
        assert.equal(AuthorizationType, HttpMethod === 'OPTIONS' ? 'NONE' : kind)
        if (HttpMethod === 'OPTIONS') assert.equal(AuthorizerId, undefined)
      }
    })
  }

  test('are known to the functions that answer them, and to no other', () => {
    const template = templateWith({ corsOrigins })
    const known = Object.values(template.findResources('AWS::Lambda::Function'))
      .filter(({ Properties }) => Properties.Environment.Variables.VARVE_ORIGINS)
      .map(({ Properties }) => Properties.Description)

    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { VARVE_ORIGINS: corsOrigins.join(',') } },
    })
    assert.deepEqual(known.toSorted(), [
      'Varve: answers questions',
      'Varve: erases events',
      'Varve: stores batches of events',
    ])
  })

  test('read why a token was refused', () => {
    const template: Template = templateWith({ auth: ArchiveAuth.bearer({ tokens }), corsOrigins })

    template.allResourcesProperties('AWS::ApiGateway::GatewayResponse', {
      ResponseParameters: Match.objectLike({
        'gatewayresponse.header.Access-Control-Allow-Origin': "'*'",
      }),
    })
  })

  test('ask nothing of an archive that names none, nor of one that names what is no origin', () => {
    const methods = Object.values(templateWith().findResources('AWS::ApiGateway::Method'))

    assert.ok(methods.every(({ Properties }) => Properties.HttpMethod !== 'OPTIONS'))
    for (const wrong of ['*', 'app.example.com', 'https://app.example.com/']) {
      assert.throws(
        () => templateWith({ corsOrigins: [wrong] }),
        /corsOrigins has .* expected https/,
      )
    }
  })
})
