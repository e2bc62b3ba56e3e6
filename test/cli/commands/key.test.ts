import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { start, temporaryFolder, varve } from '../support/command.ts'

test('a key is printed once, and serve lets in who gives it', async t => {
  const folder = await temporaryFolder(t)

  const made = await varve(folder, ['key', 'shipper', 'ingest:web/'])
  const list = await readFile(join(folder, 'varve-keys.json'), 'utf8')
  const served = ['serve', '--port', '0', '--no-brigade', '--keys', 'varve-keys.json']
  const { child, ended, said } = start(folder, served)
  const [url] = await said(/http:\/\/127\.0\.0\.1:\d+/)
  const statusWith = async (key: string) =>
    (await fetch(`${url}/v1/health`, { headers: { Authorization: `Bearer ${key}` } })).status

  assert.match(made.stdout, /^varve_[\w-]{43}\n$/)
  assert.ok(!list.includes(made.stdout.trim()))
  assert.equal(await statusWith(made.stdout.trim()), 200)
  assert.equal(await statusWith('varve_x'), 401)
  child.kill('SIGINT')
  assert.equal((await ended).exitCode, 0)
})

test('a second key of one name, a scope that is none and a spoilt file are refused', async t => {
  const folder = await temporaryFolder(t)
  await varve(folder, ['key', 'shipper', 'read'])
  await writeFile(join(folder, 'spoilt.json'), '[{}]')

  const refusals = [
    [['key', 'shipper', 'read'], /has a key for shipper; remove it there first/],
    [['key', 'other', 'write'], /"write" is no scope/],
    [['key', 'other', 'read', '--file', 'spoilt.json'], /spoilt\.json: key 0 of the list/],
    [['serve', '--port', '0', '--keys', 'none.json'], /there is no file none\.json/],
  ] as const
  for (const [words, message] of refusals) {
    const refused = await varve(folder, words)

    assert.equal(refused.exitCode, 2)
    assert.match(refused.stderr, message)
  }
  const list = await readFile(join(folder, 'varve-keys.json'), 'utf8')
  assert.equal(JSON.parse(list).length, 1)
})
