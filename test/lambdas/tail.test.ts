import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { contextWith, proxyEvent } from './proxy-event.ts'
import { callStreaming, installStreamingRuntime } from './streaming-runtime.ts'

const folder = mkdtempSync(join(tmpdir(), 'varve-lambda-tail-'))
process.env.VARVE_STORE = `file:${folder}`
installStreamingRuntime()
const { handler } = await import('../../lambdas/query.ts')

test('a call that follows tells its end before its time is over', async context => {
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  const request = { method: 'GET', path: '/v1/tail' } as const

  const answer = await callStreaming(handler, proxyEvent(request), contextWith(8_000))

  assert.match(answer.body, /event: end\n/)
  assert.doesNotMatch(answer.body, /event: problem/)
})
