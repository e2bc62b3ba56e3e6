import assert from 'node:assert/strict'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { takeShift } from '../../lambdas/shift.ts'
import { wakeAgain } from '../../lambdas/wake-again.ts'
import { signedHeaders } from '../../lib/access/sign-request.ts'
import type { Archive } from '../../lib/archive.ts'
import { systemClock } from '../../lib/core/clock.ts'

const variables = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu' }
const given = { ...process.env }
const requests: { readonly request: IncomingMessage; readonly body: string }[] = []
let status = 200
const server = createServer(async (request, response) => {
  requests.push({ request, body: Buffer.concat(await request.toArray()).toString() })
  response.writeHead(status).end('<Response/>')
})
let queue: string

before(async () => {
  Object.assign(process.env, variables)
  delete process.env.AWS_SESSION_TOKEN
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  queue = `http://127.0.0.1:${(server.address() as AddressInfo).port}/123456789012/fresh`
})

after(() => {
  process.env = given
  server.close()
  server.closeAllConnections()
})

test('a message is sent to the queue, signed for SQS', async () => {
  const micros = Date.UTC(2026, 10, 22) * 1000

  await wakeAgain(queue, { ...systemClock, nowMicros: () => micros })

  const { request, body } = requests.at(-1)!
  const { method, url, headers } = request
  assert.deepEqual(
    [method, url, Object.fromEntries(new URLSearchParams(body))],
    [
      'POST',
      '/123456789012/fresh',
      { Action: 'SendMessage', MessageBody: 'work is left', Version: '2012-11-05' },
    ],
  )
  const expected = signedHeaders(
    { method: 'POST', url: new URL(queue), body },
    { accessKeyId: 'AKID', secretAccessKey: 'secret' },
    { region: 'eu', service: 'sqs' },
    new Date(micros / 1000),
  )
  assert.equal(headers.authorization, expected.Authorization)
})

test('where that fails it is logged, and the call ends well', async t => {
  const warned = t.mock.method(console, 'warn', () => {})

  status = 403
  await wakeAgain(queue, systemClock)
  await wakeAgain('http://127.0.0.1:1/none', systemClock)

  const texts = warned.mock.calls.map(call => `${call.arguments[0]}`)
  assert.match(texts[0]!, /^the brigade was not woken again: Error: 403 <Response\/>$/)
  assert.match(texts[1]!, /^the brigade was not woken again: /)
})

/** A member whose work takes this long; how often it woke another. */
async function wakesAfter(workMillis: number): Promise<number> {
  let woken = 0
  const archive: Pick<Archive, 'brigadeOnce'> = {
    brigadeOnce: async signal => {
      await systemClock.sleep(workMillis, signal).catch(() => {})
      return {} as Awaited<ReturnType<Archive['brigadeOnce']>>
    },
  }
  const context = { getRemainingTimeInMillis: () => 50 }
  await takeShift(archive, { tidies: false }, context, systemClock, async () => {
    woken++
  })
  return woken
}

test('a member wakes another when its time was over before its work was', async () => {
  assert.equal(await wakesAfter(600_000), 1)
  assert.equal(await wakesAfter(0), 0)
})
