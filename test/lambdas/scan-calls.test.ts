import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { callScan, scanCalls } from '../../lambdas/scan-calls.ts'
import { signedHeaders } from '../../lib/access/sign-request.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { systemRandom } from '../../lib/core/random.ts'

const credentials = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' }
const variables = { ...credentials, AWS_SESSION_TOKEN: 'token', AWS_REGION: 'eu-central-1' }
const given = { ...process.env }
const { signal } = new AbortController()
let answer = (_request: IncomingMessage, response: ServerResponse): unknown => response.end()
const server = createServer((request, response) => void answer(request, response))
let url: URL

before(async () => {
  Object.assign(process.env, variables)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  url = new URL(`http://127.0.0.1:${port}/2015-03-31/functions/Scan-1/invocations`)
})

after(() => {
  process.env = given
  server.close()
  server.closeAllConnections()
})

test('an order is posted to the Invoke API, signed for Lambda', async () => {
  const seen: { request?: IncomingMessage; body?: string } = {}
  answer = async (request, response) => {
    seen.request = request
    seen.body = Buffer.concat(await request.toArray()).toString()
    response.end('{"frames":["é"]}')
  }
  const micros = Date.UTC(2026, 10, 21) * 1000
  const clock = { ...systemClock, nowMicros: () => micros }

  const reply = await callScan(url, clock)('{"ü":1}', signal)

  const expected = signedHeaders(
    { method: 'POST', url, body: '{"ü":1}' },
    { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' },
    { region: 'eu-central-1', service: 'lambda' },
    new Date(micros / 1000),
  )
  const { method, headers } = seen.request!
  assert.deepEqual([reply, seen.body, method], ['{"frames":["é"]}', '{"ü":1}', 'POST'])
  assert.equal(headers.authorization, expected.Authorization)
  assert.equal(headers['x-amz-security-token'], 'token')
  assert.equal(headers.connection, 'close')
})

const faults: readonly (readonly [status: number, body: string, kind: string, text: RegExp])[] = [
  [429, '{"Reason":"x","Message":"Rate Exceeded."}', 'refused', /429 Rate Exceeded/],
  [404, '{"Message":"Function not found"}', 'closed', /404 Function not found/],
  [403, '{"message":"not authorized"}', 'closed', /403 not authorized/],
  [500, 'oops', 'failed', /500 without a reason/],
  [200, '{"errorMessage":"it broke","errorType":"Error"}', 'failed', /200 it broke/],
]
for (const [status, body, kind, text] of faults) {
  test(`an answer of ${status} with ${body} is a call that is ${kind}`, async () => {
    answer = (_, response) => {
      const header = status === 200 ? { 'X-Amz-Function-Error': 'Unhandled' } : {}
      response.writeHead(status, header).end(body)
    }

    await assert.rejects(callScan(url, systemClock)('{}', signal), { kind, message: text })
  })
}

test('a connection that ends early is a failure, an abort is what it says', async () => {
  answer = (_, response) => response.socket?.destroy()
  const call = callScan(url, systemClock)
  await assert.rejects(call('{}', signal), { kind: 'failed', message: /it cannot be reached/ })

  const stop = new AbortController()
  answer = () => stop.abort(new Error('enough'))
  await assert.rejects(call('{}', stop.signal), /enough/)
  await assert.rejects(call('{}', stop.signal), /enough/)
})

test('a function has calls of the scan function only when it is told where', () => {
  const outside = { clock: systemClock, random: systemRandom }
  assert.deepEqual(scanCalls(outside), {})

  Object.assign(process.env, {
    VARVE_SCAN_URL: url.href,
    VARVE_SCAN_MEBIBYTES: '3072',
    VARVE_SCAN_CALLS: '7',
  })
  const { farFleet, settings } = scanCalls(outside)

  assert.deepEqual([farFleet?.gigabytes, settings], [3, { scanCallsMax: 7 }])
})
