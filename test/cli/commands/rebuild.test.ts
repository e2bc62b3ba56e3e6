import assert from 'node:assert/strict'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Archive, openArchive } from '../../../lib/archive.ts'
import { logPolicy } from '../../../lib/core/policy.ts'
import { allAnswers } from '../../support/all-answers.ts'
import { temporaryFolder, varve } from '../support/command.ts'

async function withArchive<T>(folder: string, work: (archive: Archive) => Promise<T>): Promise<T> {
  const archive = await openArchive({ store: `file:${join(folder, 'varve-data')}` })
  try {
    return await work(archive)
  } finally {
    await archive.close()
  }
}

/** Sixty events: what is sealed, and a fresh batch besides. */
const makeArchive = (folder: string) =>
  withArchive(folder, async archive => {
    await archive.setPolicies([{ ...logPolicy, pattern: 'web' }])
    await archive.append({ lines: linesFrom(0), stream: 'web' })
    await archive.brigadeOnce()
    await archive.append({ lines: linesFrom(30), stream: 'ssh' })
  })

function linesFrom(first: number): Buffer {
  const lines = Array.from({ length: 30 }, (_, i) => {
    const time = `2026-11-20T${String(i % 5).padStart(2, '0')}:00:00Z`
    return `{"@time":"${time}","n":${first + i},"user":"u${i % 3}"}`
  })
  return Buffer.from(lines.join('\n'))
}

const answersOf = (folder: string) =>
  withArchive(folder, archive => allAnswers(archive, { term: 'u1' }))
const countOf = (folder: string) =>
  withArchive(folder, async archive => (await archive.count({})).count)

/** Deletes objects and folders of objects. */
async function lose(folder: string, ...names: readonly string[]): Promise<void> {
  for (const name of names) await rm(join(folder, 'varve-data', name), { recursive: true })
}

test('what was deleted but buckets and tail is made anew, and answers are as before', async t => {
  const folder = await temporaryFolder(t)
  await makeArchive(folder)
  const before = await answersOf(folder)
  await lose(folder, 'catalog', 'index')

  const asked = await varve(folder, ['count'])
  const dry = await varve(folder, ['rebuild', '--dry-run'])
  await assert.rejects(answersOf(folder), { code: 'unavailable' })
  const rebuilt = await varve(folder, ['rebuild'])

  assert.equal(asked.exitCode, 2)
  assert.match(asked.stderr, /catalog .* is missing.*\n.*`varve rebuild` makes it anew/)
  assert.deepEqual([dry.exitCode, JSON.parse(dry.stdout).catalog], [0, 'would be made'])
  const { catalog, events, indexedRuns, policies } = JSON.parse(rebuilt.stdout)
  assert.deepEqual([rebuilt.exitCode, catalog, events], [0, 'made', 30])
  assert.ok(indexedRuns > 0)
  assert.equal(policies[0].pattern, 'web')
  assert.deepEqual(await answersOf(folder), before)
})

test('a catalog that stands keeps its policies; what else is missing is made', async t => {
  const folder = await temporaryFolder(t)
  await makeArchive(folder)
  const before = await answersOf(folder)
  await lose(folder, 'index')
  await writeFile(join(folder, 'policies'), '{"pattern":"**","retention":"9d"}\n')

  const refused = await varve(folder, ['rebuild', '--policies', 'policies'])
  const { exitCode, stdout } = await varve(folder, ['rebuild'])

  assert.equal(refused.exitCode, 2)
  assert.match(refused.stderr, /has its own policies/)
  assert.deepEqual([exitCode, JSON.parse(stdout).catalog], [0, 'kept'])
  assert.ok(JSON.parse(stdout).indexedRuns > 0)
  assert.deepEqual(await answersOf(folder), before)
})

test('a catalog that cannot be read is replaced, with policies that are given', async t => {
  const folder = await temporaryFolder(t)
  await makeArchive(folder)
  await writeFile(join(folder, 'varve-data', 'catalog'), 'overwritten')
  await writeFile(join(folder, 'policies'), '{"pattern":"ssh","retention":"9d"}\n')

  const asked = await varve(folder, ['count'])
  const { exitCode, stdout } = await varve(folder, ['rebuild', '--policies', 'policies'])

  assert.match(asked.stderr, /catalog: .*\n.*`varve rebuild`/)
  const { catalog, policies } = JSON.parse(stdout)
  assert.deepEqual([exitCode, catalog, policies[0].pattern], [0, 'made', 'ssh'])
  assert.equal(await countOf(folder), 60)
})

test('buckets that no record tells of stop it, until they are left out', async t => {
  const folder = await temporaryFolder(t)
  await makeArchive(folder)
  const [job] = await readdir(join(folder, 'varve-data', 'buckets'))
  await lose(folder, 'catalog', `buckets/${job}/_record`)

  const stopped = await varve(folder, ['rebuild'])
  const forced = await varve(folder, ['rebuild', '--leave-out'])

  assert.equal(stopped.exitCode, 2)
  assert.match(stopped.stderr, /left no readable record.*\n.*--leave-out\n.*000000\.zst/)
  assert.equal(forced.exitCode, 2)
  assert.match(forced.stderr, /000000\.zst is left out/)
  assert.equal(await countOf(folder), 30)
})

test('where nothing is stored there is nothing to rebuild', async t => {
  const folder = await temporaryFolder(t)
  const archive = await openArchive({ store: 'memory:' })

  const { exitCode, stderr } = await varve(folder, ['rebuild'])

  assert.equal(exitCode, 2)
  assert.match(stderr, /no archive at file:varve-data/)
  await assert.rejects(archive.rebuild(), { code: 'missing' })
})
