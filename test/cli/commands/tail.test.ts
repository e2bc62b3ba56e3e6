import assert from 'node:assert/strict'
import { test } from 'node:test'
import { start, temporaryFolder, varve } from '../support/command.ts'

test('tail shows what is appended until it is interrupted', async t => {
  const folder = await temporaryFolder(t)
  await varve(folder, ['append', 'tail/eu'], '{"level":"debug","message":"before"}\n')
  const tail = start(folder, ['tail', 'level:debug'])
  await tail.said(/following/)
  // The first look is behind it when the second line of an append is seen.
  let found: RegExpExecArray | undefined
  void tail.said(/again/).then(match => {
    found = match
  })
  while (!found) {
    await varve(folder, ['append', 'tail/eu'], '{"level":"debug","message":"again"}\n')
  }
  tail.child.kill('SIGINT')

  const { exitCode, stdout, stderr } = await tail.ended
  assert.equal(exitCode, 0)
  assert.equal(JSON.parse(stdout.split('\n')[0]!).message, 'again')
  assert.match(stderr, /events? · \d+ GET \d+ LIST/)
})
