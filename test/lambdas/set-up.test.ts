import assert from 'node:assert/strict'
import { test } from 'node:test'
import { handler } from '../../lambdas/append.ts'
import { contextWith, proxyEvent } from './proxy-event.ts'

const ask = () =>
  handler(
    proxyEvent({ method: 'GET', path: '/v1/health' }) as never,
    contextWith(60_000) as never,
  ) as Promise<{ readonly statusCode: number; readonly body: string }>

test('a wrong set-up is the fault of the server until it is mended', async t => {
  const log = t.mock.method(console, 'error', () => {})
  delete process.env.VARVE_STORE
  const unset = await ask()
  process.env.VARVE_STORE = 'ftp://somewhere'
  const wrong = await ask()
  process.env.VARVE_STORE = 'memory:'
  const right = await ask()

  assert.deepEqual([unset.statusCode, wrong.statusCode, right.statusCode], [500, 500, 200])
  assert.equal(JSON.parse(unset.body).code, 'internal')
  assert.equal(log.mock.callCount(), 2)
})
