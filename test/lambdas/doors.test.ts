import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { deflateSync, gzipSync } from 'node:zlib'
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'
import { type App, createApp } from '../../lib/api/app.ts'
import { openArchive } from '../../lib/archive.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { systemRandom } from '../../lib/core/random.ts'
import { settingsWith } from '../../lib/core/settings.ts'
import { openStore } from '../../lib/store/open-store.ts'
import { notified, scheduled } from './brigade-calls.ts'
import { type ClientRequest, contextWith, proxyEvent } from './proxy-event.ts'
import { callStreaming, installStreamingRuntime } from './streaming-runtime.ts'

type ProxyHandler = (call: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>

const folder = mkdtempSync(join(tmpdir(), 'varve-lambdas-'))
process.env.VARVE_STORE = `file:${folder}`
installStreamingRuntime()
const { handler: appendHandler } = await import('../../lambdas/append.ts')
const { handler: queryHandler } = await import('../../lambdas/query.ts')
const { handler: brigadeHandler } = await import('../../lambdas/brigade.ts')

const minute = contextWith(60_000)
const append = (request: ClientRequest, context = minute) =>
  (appendHandler as unknown as ProxyHandler)(proxyEvent(request), context)
const ask = (request: ClientRequest) => callStreaming(queryHandler, proxyEvent(request), minute)

const post = (path: string, body: string | Uint8Array, headers = {}): ClientRequest => ({
  method: 'POST',
  path,
  body,
  headers: { 'Content-Type': 'application/x-ndjson', ...headers },
})
const get = (path: string, ...query: [string, string][]): ClientRequest => ({
  method: 'GET',
  path,
  query,
})

const asJson = (request: ClientRequest): ClientRequest => ({
  ...request,
  headers: { 'Content-Type': 'application/json' },
})

describe('the Lambdas, called as API Gateway calls them', () => {
  let local: App

  before(async () => {
    const outside = { clock: systemClock, random: systemRandom }
    const store = await openStore(`file:${folder}`, outside)
    const archive = await openArchive({ store, ...outside })
    local = createApp({ archive, settings: settingsWith(), clock: systemClock })
    await append(post('/v1/streams/web/eu/events', lines('first', 'second ☃', 'third')))
  })

  after(() => rmSync(folder, { recursive: true, force: true }))

  test('store a batch and say so', async () => {
    const answer = await append(post('/v1/streams/receipts/events', lines('a', 'b')))

    assert.equal(answer.statusCode, 200)
    assert.equal(answer.isBase64Encoded, false)
    assert.deepEqual(answer.multiValueHeaders?.['content-type'], ['application/json'])
    const { accepted, rejected } = JSON.parse(answer.body)
    assert.deepEqual({ accepted, rejected }, { accepted: 2, rejected: 0 })
  })

  for (const [coding, compress] of [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ] as const) {
    test(`take a body in ${coding}, whether or not the gateway has unpacked it`, async () => {
      const path = `/v1/streams/packed/${coding}/events`
      const bodies = ['unpacked', 'packed'].map(text => compress(lines(text)))
      const [first, second] = bodies.map(body =>
        proxyEvent(post(path, body, { 'Content-Encoding': coding })),
      )
      const packed = { ...second!, body: bodies[1]!.toString('base64') }

      for (const call of [first!, packed]) {
        assert.equal(call.headers['Content-Encoding'], coding)
        const answer = await (appendHandler as unknown as ProxyHandler)(call, minute)
        assert.equal(JSON.parse(answer.body).accepted, 1)
      }

      assert.equal(await messages(path), 'packed unpacked')
    })
  }

  test('take a stream whose slashes the client escaped', async () => {
    await append(post('/v1/streams/user%2F4711/events', lines('here')))

    assert.equal(await messages('/v1/streams/user/4711/events'), 'here')
    assert.equal(await messages('/v1/streams/user%2F4711/events'), 'here')
  })

  test('store a batch sent twice with one key once', async () => {
    const key = { 'Idempotency-Key': 'order-17' }
    const request = post('/v1/streams/orders/events', lines('paid'), key)

    const first = await append(request)
    const second = await append(request)

    assert.equal(second.body, first.body)
    assert.equal(await messages('/v1/streams/orders/events'), 'paid')
  })

  const questions: readonly [request: ClientRequest, status: number, told: RegExp][] = [
    [get('/v1/streams/web/eu/events'), 200, /third.*second ☃.*first.*"complete":true/s],
    [get('/v1/streams/web/eu/events', ['order', 'asc'], ['limit', '2']), 200, /"complete":false/],
    [get('/v1/search', ['q', '"second ☃" OR third'], ['stream', 'web/*']), 200, /second ☃/],
    [asJson(post('/v1/search', '{"q":"first"}')), 200, /"message":"first"/],
    [get('/v1/count', ['q', 'message:(first OR third)']), 200, /^\{"count":2,/],
    [get('/v1/histogram', ['interval', 'day'], ['stream', 'web/eu']), 200, /"count":3/],
    [get('/v1/fields/message/values', ['stream', 'web/eu']), 200, /"distinct":3/],
    [get('/v1/streams', ['prefix', 'web/']), 200, /"stream":"web\/eu","count":3/],
    [get('/openapi.json'), 200, /"openapi":"3\.1/],
    [get('/v1/search', ['q', 'a (b']), 400, /"span":\[/],
    [get('/v1/search', ['limit', '1'], ['limit', '2']), 400, /limit is given twice/],
    [get('/v1/streams/a%20b/events'), 400, /must consist of/],
    [get('/v1/streams/unknown/events'), 404, /unknown/],
    [get('/v1/nothing'), 404, /nothing/],
  ]
  for (const when of ['before', 'after'] as const) {
    for (const [question, status, told] of questions) {
      const name = [question.path, ...(question.query ?? []).map(pair => pair.join('='))].join(' ')
      test(`answer ${name} as the local server does, ${when} a fold`, async () => {
        if (when === 'after') await brigadeHandler(scheduled, minute)
        const here = await local.fetch(asRequest(question))

        const there = await ask(question)

        assert.equal(there.statusCode, status)
        assert.equal(here.status, status)
        assert.match(there.body, told)
        assert.equal(there.headers['content-type'], here.headers.get('content-type'))
        assert.equal(withoutCost(there.body), withoutCost(await here.text()))
      })
    }
  }

  test('tell errors as problems when they answer whole', async () => {
    const answer = await append(post('/v1/streams/a%20b/events', lines('x')))

    assert.equal(answer.statusCode, 400)
    assert.deepEqual(answer.multiValueHeaders?.['content-type'], ['application/problem+json'])
    assert.equal(JSON.parse(answer.body).code, 'invalid')
  })

  test('end what they do when the call is almost over', async () => {
    const request = post('/v1/streams/late/events', lines('late'))

    const answer = await append(request, contextWith(1000))

    assert.equal(answer.statusCode, 503)
    assert.deepEqual(answer.multiValueHeaders?.['retry-after'], ['1'])
    assert.match(JSON.parse(answer.body).detail, /whether it took effect is unknown/)
  })

  test('fold what is in the tail, whoever wakes the brigade', async () => {
    await append(post('/v1/streams/fold/events', lines('one')))
    const byQueue = await brigadeHandler(notified, minute)
    await append(post('/v1/streams/fold/events', lines('two')))
    const bySchedule = await brigadeHandler(scheduled, minute)

    assert.ok(byQueue.foldedBatches >= 1)
    assert.equal(bySchedule.foldedBatches, 1)
    assert.equal(await messages('/v1/streams/fold/events'), 'two one')
  })

  async function messages(path: string): Promise<string> {
    const { body } = await ask(get(path))
    const { events } = JSON.parse(body) as { events: { message: string }[] }
    return events.map(event => event.message).join(' ')
  }
})

let secondsGone = 0

function lines(...texts: readonly string[]): string {
  return texts.map(text => `${JSON.stringify({ '@time': nextTime(), message: text })}\n`).join('')
}

function nextTime(): string {
  return new Date(Date.UTC(2026, 10, 20, 8, 0, secondsGone++)).toISOString()
}

function asRequest({ method, path, query, headers, body }: ClientRequest): Request {
  const search = new URLSearchParams((query ?? []).map(([name, value]) => [name, value]))
  const url = `http://localhost${path}${query?.length ? `?${search}` : ''}`
  return new Request(url, { method, headers: headers ?? {}, ...(body && { body: body as string }) })
}

/** What a cache of another process makes different. */
function withoutCost(body: string): string {
  return body.replaceAll(/"(cost|receipt)":\{(?:[^{}]|\{[^{}]*\})*\}/g, '"$1":{}')
}
