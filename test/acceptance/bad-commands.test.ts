import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Ended, varve } from './program.ts'

const MiB = 1024 * 1024
const folder = mkdtempSync(join(tmpdir(), 'varve-bad-commands-'))
const file = join(folder, 'file.log')
const store = `file:${join(folder, 'store')}`
const nowhere = `file:${join(folder, 'nowhere')}`

type Case = readonly [name: string, words: readonly string[], says: RegExp]

const refused: readonly Case[] = [
  ['a format that is unknown', ['import', file, '--format', 'xml'], /"xml".*ndjson/],
  ['a file that is missing', ['import', 'none.log'], /no file none\.log/],
  ['a year that is none', ['import', file, '--year', '12'], /--year.*12/],
  ['a stream name like a path', ['append', '../x'], /stream name "\.\.\/x"/],
  ['a stream name from the root', ['append', '/etc/passwd'], /stream name "\/etc\/passwd"/],
  ['a parenthesis never closed', ['search', 'a (b'], /character 3.*\n.*a \(b\n {4}\^\n/],
  ['a range of times backwards', ['count', '--from', '2025-02', '--to', '2025-01'], /2025/],
  ['a time that is none', ['search', '--from', 'yesterdayish'], /--from.*yesterdayish.*RFC 3339/],
  ['an interval that is none', ['histogram', '--interval', 'eon'], /eon.*hour, day/],
  ['a time zone that is none', ['histogram', '--tz', 'Mars/Olympus'], /Mars\/Olympus/],
  ['a limit that is none', ['search', '--limit', '0'], /--limit.*'0'/],
  ['an order that is none', ['search', '--order', 'up'], /up.*asc, desc/],
  ['a cursor that is none', ['search', '--cursor', 'abc'], /cursor/],
  ['an option that is unknown', ['search', '--colour', 'a'], /--colour/],
  ['a command that is unknown', ['serach', 'a'], /serach.*\n.*search/],
  ['a store of another kind', ['count', '--store', 'ftp://x/y'], /"ftp:\/\/x\/y".*file:DIR.*s3:/],
  ['a path for a store', ['count', '--store', './here'], /did you mean file:\.\/here/],
  ['a store without a bucket', ['count', '--store', 's3://'], /"s3:\/\/".*S3 bucket/],
  ['an archive that is not there', ['count', '--store', nowhere], /no archive at .*\n.*import/],
  ['a file as the store', ['append', 's', '--store', `file:${file}`], /is a file/],
  [
    'a store below a file',
    ['append', 's', '--store', `file:${file}/x`],
    /cannot create.*file of that/,
  ],
]

describe('on the command line', () => {
  before(async () => {
    writeFileSync(file, 'one line\n')
    const { exitCode } = await varve(['import', file, '--store', store])
    assert.equal(exitCode, 0)
  })

  after(() => rmSync(folder, { recursive: true, force: true }))

  for (const [name, words, says] of refused) {
    test(`${name}: exit status 2 and what is wrong`, async () => {
      const ended = await onStore(words)

      assert.match(ended.stderr, says)
      assert.doesNotMatch(ended.stderr, /bug|\n +at /)
      assert.deepEqual([ended.exitCode, ended.stdout], [2, ''])
    })
  }

  test('what is wrong is a problem as JSON when asked for', async () => {
    for (const words of [
      ['count', '(a'],
      ['count', '--colour'],
      ['count', '--from', 'x'],
    ]) {
      const { stderr } = await onStore([...words, '--json'])

      const problem = JSON.parse(stderr)
      assert.equal(problem.code, 'invalid')
      assert.ok(problem.errors[0].hint, stderr)
    }
  })

  test('a directory where nothing may be made: exit status 2 and what is wrong', async t => {
    if (process.platform !== 'linux') return t.skip('NOT TESTED: only Linux has /proc')

    const { exitCode, stderr } = await varve(['import', file, '--store', 'file:/proc/varve'])

    assert.match(stderr, /file:\/proc\/varve: cannot create/)
    assert.equal(exitCode, 2)
  })

  test('bad lines among good ones: the good ones are stored, the others named', async () => {
    const tooLong = `{"m":"${'x'.repeat(MiB)}"}`
    const lines = `{"n":1}\n{"n":\n[2]\n${tooLong}\n{"@time":"never"}\n{"n":3}`

    const { exitCode, stdout } = await onStore(['append', 'mixed'], lines)

    const { accepted, rejected, errors } = JSON.parse(stdout)
    assert.deepEqual([exitCode, accepted, rejected], [2, 2, 4])
    assert.deepEqual(
      errors.map(({ line }: { line: number }) => line),
      [2, 3, 4, 5],
    )
    assert.equal((await onStore(['count', '--stream', 'mixed'])).stdout, '2\n')
  })

  test('lines that are not of the format are kept raw, with the reason, and told', async () => {
    const damaged = join(folder, 'damaged.ndjson')
    writeFileSync(damaged, '{"n":1}\n{"n":2\n\n{"n":3}\n')

    const { exitCode, stdout, stderr } = await onStore(['import', damaged])

    const { stored, raw, rejected } = JSON.parse(stdout)
    assert.deepEqual([exitCode, stored, raw, rejected], [0, 3, 1, 0])
    assert.match(stderr, /damaged\.ndjson, line 2: .*kept as a raw event/)
    const kept = await onStore(['search', '@error:*', '--quiet'])
    assert.equal(JSON.parse(kept.stdout).message, '{"n":2')
  })

  test('a question about a stream that is not there: exit status 1 and its name', async () => {
    const { exitCode, stderr } = await onStore(['read', 'nobody'])

    assert.match(stderr, /no stream named nobody/)
    assert.equal(exitCode, 1)
  })

  test('nothing that was refused is stored or begun', async () => {
    const names = await readdir(folder)
    const { stdout } = await onStore(['count', '--stream', '{etc,x,s}**'])

    assert.deepEqual(names.sort(), ['damaged.ndjson', 'file.log', 'store'])
    assert.equal(stdout, '0\n')
  })
})

/** Runs the command on the archive of this test unless it names another. */
function onStore(words: readonly string[], input = '{}'): Promise<Ended> {
  const [command = '', ...rest] = words
  const named = words.includes('--store') ? [] : ['--store', store]
  return varve([command, ...named, ...rest], input)
}
