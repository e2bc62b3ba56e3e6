import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { eraseOrTell } from '../../../lib/cli/commands/erase.ts'
import { StillClock } from '../../support/workplace.ts'
import { start, temporaryFolder, varve } from '../support/command.ts'
import { fakeSession } from '../support/fake-session.ts'

const ann = ['--stream', 'user/ann']

/** A folder with an archive of three events of two users. */
async function usersFolder(t: Parameters<typeof temporaryFolder>[0]): Promise<string> {
  const folder = await temporaryFolder(t)
  await varve(folder, ['append', 'user/ann'], '{"n":1}\n{"n":2}')
  await varve(folder, ['append', 'user/bob'], '{"n":3}')
  return folder
}

async function countIn(folder: string): Promise<number> {
  return Number((await varve(folder, ['count'])).stdout)
}

test('without --yes the events are counted and nothing is erased', async t => {
  const folder = await usersFolder(t)

  const asked = await varve(folder, ['erase', ...ann])
  const dry = await varve(folder, ['erase', ...ann, '--dry-run', '--yes'])

  assert.equal(asked.exitCode, 2)
  assert.match(asked.stderr, /2 events would be erased: say so with --yes/)
  assert.deepEqual([dry.exitCode, dry.stdout], [0, '{"count":2}\n'])
  assert.equal(await countIn(folder), 3)
  assert.equal((await varve(folder, ['erase', '--status'])).exitCode, 1)
})

test('with --yes they are in no answer, and the same again is the same erasure', async t => {
  const folder = await usersFolder(t)
  const words = ['erase', ...ann, '--id', 'case 7', '--yes']

  const first = await varve(folder, words)
  const again = await varve(folder, words)
  const other = await varve(folder, ['erase', '--query', 'n:3', '--id', 'case 7', '--yes'])
  const listed = await varve(folder, ['erase', '--status'])

  assert.equal(JSON.parse(first.stdout).state, 'masked')
  assert.deepEqual([again.exitCode, again.stdout], [0, first.stdout])
  assert.equal(other.exitCode, 2)
  assert.match(other.stderr, /erasure case 7 was asked for before, with another selection/)
  assert.equal(listed.stdout, first.stdout)
  assert.equal(await countIn(folder), 1)
})

test('a member of the brigade goes on with what --wait was interrupted at', async t => {
  const folder = await usersFolder(t)

  const waiting = start(folder, ['erase', ...ann, '--id', 'case 7', '--yes', '--wait'])
  await waiting.said(/case 7: in no run; waits 1[45] min/)
  waiting.child.kill('SIGINT')
  const { exitCode, stdout } = await waiting.ended
  const told = await varve(folder, ['erase', '--status', 'case 7'])

  assert.equal(exitCode, 130)
  assert.equal(JSON.parse(stdout).state, 'collecting')
  assert.equal(told.stdout, stdout)
  assert.equal((await varve(folder, ['brigade', '--once'])).exitCode, 0)
  assert.equal(await countIn(folder), 1)
})

test('--wait tells what it waits for, and ends with the certificate', async t => {
  const folder = await usersFolder(t)
  await varve(folder, ['brigade', '--once'])
  const clock = new StillClock(Date.now() * 1000)
  const { session, written } = fakeSession({ store: `file:${join(folder, 'varve-data')}`, clock })

  const exitCode = await eraseOrTell(session, { query: 'n:1', id: 'e', yes: true, wait: true })
  await session.close()

  assert.equal(exitCode, 0)
  assert.match(written.stderr, /e: in no run; waits 15 min 0 s for processes/)
  assert.match(written.stderr, /waits 1 min 0 s/)
  const { state, certificate } = JSON.parse(written.stdout)
  assert.equal(state, 'erased')
  assert.ok(certificate.erasedMicros - certificate.rewrittenMicros >= 15 * 60e6)
  assert.ok(certificate.replaced.count >= 2)
  const told = await varve(folder, ['erase', '--status', 'e'])
  assert.deepEqual(JSON.parse(told.stdout), JSON.parse(written.stdout))
  assert.equal(await countIn(folder), 2)
})

test('an erasure of everything, or of a forgotten variable, must be meant', async t => {
  const folder = await usersFolder(t)

  for (const [words, fault] of [
    [[], /nothing is selected, which is every event/],
    [['--stream', ''], /stream/],
    [['--stream', 'user/ann', '--query', ' '], /--query is empty/],
    [['--stream', 'user/ann', '--from', ''], /from/],
    [['--query', '(n:1'], /never closed/],
    [['--status', 'nobody'], /no erasure of the id nobody/],
  ] as const) {
    const { exitCode, stderr } = await varve(folder, ['erase', ...words, '--yes'])
    assert.equal(exitCode, 2, words.join(' '))
    assert.match(stderr, fault)
  }
  assert.equal(await countIn(folder), 3)
  assert.equal((await varve(folder, ['erase', '--all', '--yes'])).exitCode, 0)
  assert.equal(await countIn(folder), 0)
})

test('what is under legal hold stays until the hold is released', async t => {
  const folder = await usersFolder(t)
  const added = await varve(folder, ['hold', 'add', 'case 7', ...ann, '--reason', 'litigation'])

  const listed = await varve(folder, ['hold', 'list'])
  const refused = await varve(folder, ['erase', '--stream', 'user/*', '--yes'])
  const apart = await varve(folder, ['erase', '--stream', 'user/bob', '--yes'])
  const before = await countIn(folder)
  const released = await varve(folder, ['hold', 'release', 'case 7'])
  const again = await varve(folder, ['hold', 'release', 'case 7'])
  const erased = await varve(folder, ['erase', '--stream', 'user/*', '--yes'])

  const { id, selection, reason } = JSON.parse(listed.stdout)
  assert.deepEqual([id, selection, reason], ['case 7', { stream: 'user/ann' }, 'litigation'])
  assert.equal(refused.exitCode, 2)
  assert.match(refused.stderr, /may take events under legal hold case 7 \(litigation\)/)
  assert.deepEqual([added.exitCode, apart.exitCode, before], [0, 0, 2])
  assert.deepEqual([released.exitCode, again.exitCode, erased.exitCode], [0, 2, 0])
  assert.match(again.stderr, /there is no hold of the id case 7/)
  assert.equal((await varve(folder, ['hold', 'list'])).exitCode, 1)
  assert.equal(await countIn(folder), 0)
})
