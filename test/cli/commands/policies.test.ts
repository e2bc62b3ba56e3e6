import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder, varve } from '../support/command.ts'

test('policies are set, listed as set takes them back, and removed', async t => {
  const folder = await temporaryFolder(t)
  await varve(folder, ['append', 's'], '{"a":1}')
  await varve(folder, ['policies', 'set', '--pattern', '**', '--retention', '90d'])
  await varve(folder, ['policies', 'set', '--pattern', 'user/*', '--layout', 'timeline'])

  const { stdout } = await varve(folder, ['policies'])
  await writeFile(join(folder, 'policies'), stdout)
  const again = await varve(folder, ['policies', 'set', 'policies'])
  const removed = await varve(folder, ['policies', 'remove', 'user/*'])

  const lines = stdout.trim().split('\n')
  assert.deepEqual(
    lines.map(line => JSON.parse(line).pattern),
    ['user/*', '**'],
  )
  assert.equal(JSON.parse(lines[1]!).retention, '90d')
  assert.equal(again.stdout, stdout)
  assert.equal(removed.stdout, `${lines[1]}\n`)
})

test('what is no policy is refused, and nothing changes', async t => {
  const folder = await temporaryFolder(t)
  await varve(folder, ['append', 's'], '{"a":1}')
  await writeFile(join(folder, 'twice'), '[{"pattern":"a"},{"pattern":"a"}]')

  for (const [words, fault] of [
    [['set'], /expected either a file or --pattern/],
    [['set', '--pattern', 'a', '--retention', '3 days'], /retention is "3 days", expected a span/],
    [['set', '--pattern', 'a', '--period', '1m'], /periodMicros is 1m, expected 1h to 1y/],
    [['set', 'twice'], /two policies are for a/],
    [['set', 'nowhere'], /cannot read nowhere: ENOENT/],
    [['remove', 'a'], /no policy is for a; there are: none/],
  ] as const) {
    const { exitCode, stderr } = await varve(folder, ['policies', ...words])
    assert.equal(exitCode, 2)
    assert.match(stderr, fault)
  }
  assert.equal((await varve(folder, ['policies'])).stdout, '')
})

test('much at once is pruned only on somebody’s word', async t => {
  const folder = await temporaryFolder(t)
  await varve(folder, ['append', 's'], '{"@time":"2020-01-01T00:00:00Z"}\n{}')
  await varve(folder, ['brigade', '--once'])
  await varve(folder, ['policies', 'set', '--pattern', '**', '--retention', '90d'])

  const asked = await varve(folder, ['prune'])
  const before = await varve(folder, ['count'])
  const done = await varve(folder, ['prune', '--yes'])
  const after = await varve(folder, ['count'])

  assert.equal(asked.exitCode, 2)
  assert.match(asked.stderr, /unusual: \d+ % of the events of \*\* would go at once/)
  assert.deepEqual([before.stdout, after.stdout], ['2\n', '1\n'])
  assert.equal(done.exitCode, 0)
  const { pruned, pattern, first } = JSON.parse(done.stdout)
  assert.deepEqual([pruned, pattern, first], [true, '**', '2020-01-01T00:00:00.000000Z'])
})
