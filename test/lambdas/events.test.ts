import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openArchive } from '../../lib/archive.ts'
import * as aws from '../sources/calls.ts'
import { contextWith } from './proxy-event.ts'

const folder = mkdtempSync(join(tmpdir(), 'varve-events-'))
process.env.VARVE_STORE = `file:${folder}`
const { handler } = await import('../../lambdas/events.ts')
const minute = contextWith(60_000)
const messages = aws.sqsCall([
  ['m1', '{"n":1}'],
  ['m2', '{"n":2}'],
])

after(() => rmSync(folder, { recursive: true, force: true }))

async function ids(): Promise<unknown[]> {
  const archive = await openArchive({ store: `file:${folder}` })
  const hits = await Array.fromAsync(archive.search({ order: 'asc' }), hit => hit.id)
  return hits.sort()
}

test('a call without time left stores nothing, has all sent again and logs why', async t => {
  const log = t.mock.method(console, 'error', () => {})

  const report = await handler(messages, contextWith(1000))

  const failed = report.batchItemFailures.map(failure => failure.itemIdentifier)
  assert.deepEqual(failed, ['m1', 'm2'])
  assert.equal(log.mock.callCount(), 2)
  assert.match(String(log.mock.calls[0]!.arguments[0].error), /ran out of time/)
  assert.deepEqual(await ids(), [])
})

test('the function stores what a source sends, once', async () => {
  const reports = [await handler(messages, minute), await handler(messages, minute)]

  assert.deepEqual(reports, Array(2).fill({ batchItemFailures: [] }))
  assert.deepEqual(await ids(), ['m1', 'm2'])
})

test('a source that takes no report sees the call fail', async t => {
  t.mock.method(console, 'error', () => {})
  const call = aws.logsCall(aws.logsDocument([{ id: '1', timestamp: 1, message: 'x' }]))

  await assert.rejects(handler(call, contextWith(500)), /ran out of time/)
})
