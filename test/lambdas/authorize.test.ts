import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda'
import { hashOfKey } from '../../lib/access/api-key.ts'
import { usageKey } from '../../lib/access/usage-key.ts'
import { bundle, bundles } from '../../scripts/bundle.ts'
import { type ClientRequest, contextWith, proxyEvent } from './proxy-event.ts'

const folder = mkdtempSync(join(tmpdir(), 'varve-authorize-'))
process.env.VARVE_STORE = `file:${folder}/store`
const keys = [
  { name: 'shipper', hash: hashOfKey('s'), scopes: ['ingest:web/'] },
  { name: 'analyst', hash: hashOfKey('a'), scopes: ['read:web/'] },
]

type Authorize = (call: APIGatewayRequestAuthorizerEvent) => Promise<APIGatewayAuthorizerResult>

describe('the authorizer, called as API Gateway calls it', () => {
  let authorize: Authorize

  before(async () => {
    const plan = bundles.lambda.find(({ output }) => output.includes('authorize'))!
    writeFileSync(join(folder, 'authorize.mjs'), (await bundle(plan)).bytes)
    writeFileSync(join(folder, 'keys.json'), JSON.stringify(keys))
    const module = await import(pathToFileURL(join(folder, 'authorize.mjs')).href)
    authorize = module.handler
  })

  after(() => rmSync(folder, { recursive: true, force: true }))

  const asks = (key: string | undefined, request: ClientRequest) => {
    const headers = { authorization: `Bearer ${key}` }
    const event = proxyEvent(key === undefined ? request : { ...request, headers })
    const methodArn = `arn:aws:execute-api:eu-central-1:1:api/live/${request.method}${request.path}`
    const call = { ...event, type: 'REQUEST', methodArn }
    return authorize(call as unknown as APIGatewayRequestAuthorizerEvent)
  }
  const search = (...query: [string, string][]): ClientRequest => {
    return { method: 'GET', path: '/v1/search', query }
  }

  test('knows nobody without a key of the list, in the word of the gateway', async () => {
    await assert.rejects(asks(undefined, search()), { message: 'Unauthorized' })
    await assert.rejects(asks('x', search()), { message: 'Unauthorized' })
  })

  test('allows the one request that it was asked about', async () => {
    const { principalId, policyDocument, context } = await asks('a', search(['stream', 'web/*']))

    assert.equal(principalId, 'analyst')
    assert.deepEqual(policyDocument.Statement, [
      {
        Action: 'execute-api:Invoke',
        Effect: 'Allow',
        Resource: 'arn:aws:execute-api:eu-central-1:1:api/live/GET/v1/search',
      },
    ])
    assert.deepEqual(context, {})
  })

  test('says under which name the gateway counts, where it counts', async () => {
    const uncounted = await asks('a', search(['stream', 'web/*']))
    process.env.VARVE_COUNTED = 'archive'
    const counted = await asks('a', search(['stream', 'web/*']))
    delete process.env.VARVE_COUNTED

    assert.equal(uncounted.usageIdentifierKey, undefined)
    assert.equal(counted.usageIdentifierKey, usageKey('archive', 'analyst'))
    assert.match(counted.usageIdentifierKey!, /^[0-9a-f]{64}$/)
  })

  test('refuses with a reason that is JSON text', async () => {
    const { policyDocument, context } = await asks('a', search(['stream', 'web/*'], ['stream', '']))

    assert.equal((policyDocument.Statement[0] as { Effect: string }).Effect, 'Deny')
    assert.match(JSON.parse(String(context!.reason)), /^this may read web\/\*\*: give one stream/)
  })

  test('tells the append function which streams a key is for, and that heeds it', async () => {
    const { handler } = await import('../../lambdas/append.ts')
    const append = handler as unknown as (
      call: object,
      context: object,
    ) => Promise<{ body: string }>
    const request = { method: 'POST', path: '/v1/events' } as const
    const body = '{"@stream":"web/eu"}\n{"@stream":"app"}\n'
    const { context } = await asks('s', request)
    const event = proxyEvent({
      ...request,
      body,
      headers: { 'Content-Type': 'application/x-ndjson' },
    })
    const requestContext = { ...event.requestContext, authorizer: context }

    const answer = await append({ ...event, requestContext }, contextWith(60_000))

    const { accepted, rejected, errors } = JSON.parse(answer.body)
    assert.deepEqual([accepted, rejected], [1, 1])
    assert.match(errors[0].detail, /may not append to app/)
  })
})
