import assert from 'node:assert/strict'
import { test } from 'node:test'
import { start, temporaryFolder, varve } from '../support/command.ts'

test('lines that are no events are named with their line and the others are stored', async t => {
  const folder = await temporaryFolder(t)

  const { exitCode, stdout } = await varve(folder, ['append', 's'], '{"a":1}\n\nnope\n{"b":2}')

  const { accepted, rejected, errors } = JSON.parse(stdout)
  assert.deepEqual([exitCode, accepted, rejected], [2, 2, 1])
  assert.equal(errors[0].line, 3)
  assert.equal((await varve(folder, ['count'])).stdout, '2\n')
})

test('the line of an error counts from the start of the input, not of the batch', async t => {
  const folder = await temporaryFolder(t)
  const input = `${'{"n":1}\n'.repeat(10_000)}{"n":2}\nnope\n`

  const { stdout } = await varve(folder, ['append', 's'], input)

  const { accepted, errors } = JSON.parse(stdout)
  assert.deepEqual([accepted, errors[0].line], [10_001, 10_002])
})

test('strict appending stores nothing of a batch with a bad line', async t => {
  const folder = await temporaryFolder(t)

  const { exitCode, stdout, stderr } = await varve(folder, ['append', 's', '--strict'], '{}\nnope')

  assert.equal(exitCode, 2)
  assert.equal(JSON.parse(stdout).accepted, 0)
  assert.match(stderr, /line 2/)
})

test('an input sent again under its key is stored once', async t => {
  const folder = await temporaryFolder(t)
  const words = ['append', 's', '--key', 'order-4711']
  const input = '{"@time":"2025-01-01T00:00:00Z"}\n{"@time":"2025-01-02T00:00:00Z"}'

  const first = await varve(folder, words, input)
  const again = await varve(folder, words, input)

  assert.deepEqual([first.stdout, first.exitCode], [again.stdout, again.exitCode])
  assert.equal((await varve(folder, ['count'])).stdout, '2\n')
})

test('a key is refused for an input of two batches, before anything is stored', async t => {
  const folder = await temporaryFolder(t)

  const { exitCode, stderr } = await varve(
    folder,
    ['append', 's', '--key', 'k'],
    '{}\n'.repeat(10_001),
  )

  assert.equal(exitCode, 2)
  assert.match(stderr, /must fit one batch .* nothing was stored/)
  assert.equal((await varve(folder, ['count'])).stdout, '0\n')
})

test('what arrives slowly is stored while the input is still open', async t => {
  const folder = await temporaryFolder(t)
  const { child, ended } = start(folder, ['append', 's'])
  child.stdin?.write('{"a":1}\n')
  let counted = ''
  while (counted !== '1\n') counted = (await varve(folder, ['count'])).stdout
  child.stdin?.write('{"a":2}\n{"a":3}')
  child.kill('SIGINT')

  const { stdout } = await ended
  assert.ok(JSON.parse(stdout).accepted >= 1)
})

test('nothing to append is exit status 1', async t => {
  const { exitCode, stdout } = await varve(await temporaryFolder(t), ['append', 's'])

  assert.deepEqual([exitCode, JSON.parse(stdout).accepted], [1, 0])
})
