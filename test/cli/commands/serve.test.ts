import assert from 'node:assert/strict'
import { test } from 'node:test'
import { start, temporaryFolder, varve } from '../support/command.ts'

const address = /http:\/\/127\.0\.0\.1:\d+/

test('serve answers over HTTP at the address it prints and ends gracefully', async t => {
  const folder = await temporaryFolder(t)
  const { child, ended, said } = start(folder, ['serve', '--port', '0'])
  const [url] = await said(address)

  const body = '{"n":1}\n{"n":2}\n'
  const headers = { 'Content-Type': 'application/x-ndjson' }
  const posted = await fetch(`${url}/v1/streams/s/events`, { method: 'POST', headers, body })
  const counted = await fetch(`${url}/v1/count`)

  assert.equal((await posted.json()).accepted, 2)
  assert.equal((await counted.json()).count, 2)
  child.kill('SIGTERM')
  assert.equal((await ended).exitCode, 0)
  assert.equal((await varve(folder, ['count'])).stdout, '2\n')
})

test('a port that is taken is told', async t => {
  const folder = await temporaryFolder(t)
  const { child, ended, said } = start(folder, ['serve', '--port', '0', '--no-brigade'])
  const [url] = await said(address)

  const second = await varve(folder, ['serve', '--port', new URL(url).port])

  assert.equal(second.exitCode, 2)
  assert.match(second.stderr, /port \d+: the port is taken/)
  child.kill('SIGINT')
  assert.equal((await ended).exitCode, 0)
})

test('the demo imports real events, answers three questions and later only says so', async t => {
  const folder = await temporaryFolder(t)

  const first = await varve(folder, ['serve', '--demo', '--once', '--port', '0'])
  const later = start(folder, ['serve', '--demo', '--port', '0'])
  const [, count] = await later.said(/the archive is there, with ([\d,]+) events/)
  later.child.kill('SIGINT')

  assert.equal(first.exitCode, 0)
  assert.equal(first.stdout.match(/^\$ .*varve.* (search|values|histogram) /gm)?.length, 3)
  assert.equal(first.stderr.match(/· \d+ GET/g)?.length, 3)
  assert.equal(count, '4,775')
  assert.doesNotMatch((await later.ended).stdout, /^\$/m)
})
