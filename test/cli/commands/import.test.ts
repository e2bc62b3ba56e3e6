import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder, varve } from '../support/command.ts'

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
const access = '10.0.0.1 - - [29/Jan/2025:00:00:13 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl"\n'

test('a file is imported once, with its format and its stream told from it', async t => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'web.log'), access.repeat(3))

  const first = await varve(folder, ['import', 'web.log'])
  const again = await varve(folder, ['import', 'web.log'])

  const [report] = lines(first.stdout)
  assert.deepEqual(
    [report.file, report.stored, report.formats, report.streams],
    ['web.log', 3, ['combined'], ['web']],
  )
  assert.deepEqual([again.exitCode, lines(again.stdout)[0].stored], [0, 0])
  assert.equal((await varve(folder, ['count', 'path:/a', 'client:10.0.0.0/8'])).stdout, '3\n')
})

test('a folder is imported file by file, and one that fails does not keep the others', async t => {
  const folder = await temporaryFolder(t)
  await mkdir(join(folder, 'logs'))
  await writeFile(join(folder, 'logs/a.bin'), Buffer.alloc(1000))
  await writeFile(join(folder, 'logs/b.ndjson'), '{"n":1}\n{"n":2}\n')

  const { exitCode, stdout, stderr } = await varve(folder, ['import', 'logs'])

  const [failed, stored] = lines(stdout)
  assert.equal(exitCode, 2)
  assert.deepEqual([failed.file, stored.file], ['logs/a.bin', 'logs/b.ndjson'])
  assert.match(failed.failure, /not text/)
  assert.match(stderr, /^varve: .*a\.bin is not text/)
  assert.equal(stored.stored, 2)
})

test('standard input is imported into the stream named, with the year given', async t => {
  const folder = await temporaryFolder(t)
  const words = ['import', '-', '--stream', 'auth', '--format', 'syslog', '--year', '2020']

  const { exitCode } = await varve(folder, words, 'Jan 26 00:00:05 host sshd[1]: hello\n')
  const { stdout } = await varve(folder, ['read', 'auth', '--order', 'asc'])

  assert.equal(exitCode, 0)
  const [parsed] = lines(stdout).filter(event => event.app === 'sshd')
  assert.equal(parsed['@time'], '2020-01-26T00:00:05.000000Z')
})

test('lines that could not be parsed are counted and named', async t => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'x.log'), `${access}what?\n${access}`)

  const { stdout, stderr } = await varve(folder, ['import', 'x.log', '--format', 'combined'])

  assert.deepEqual([lines(stdout)[0].stored, lines(stdout)[0].raw], [3, 1])
  assert.match(stderr, /x\.log, line 2: .*kept as a raw event/)
})
