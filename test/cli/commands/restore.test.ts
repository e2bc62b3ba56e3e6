import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryFolder, varve } from '../support/command.ts'

test('a place without a backup is named when its backups are listed', async t => {
  const folder = await temporaryFolder(t)

  const { exitCode, stdout, stderr } = await varve(folder, ['restore', 'file:nope', '--list'])

  assert.deepEqual([exitCode, stdout], [1, ''])
  assert.match(stderr, /^varve: file:nope holds no backup$/m)
})
