import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { start, temporaryFolder, varve } from './support/command.ts'

const events = [
  { '@time': '2025-03-01T10:00:00Z', level: 'info', message: 'started', host: 'a' },
  {
    '@time': '2025-03-01T10:30:00Z',
    level: 'error',
    message: 'disk full',
    host: 'a',
    ip: '10.0.0.7',
  },
  { '@time': '2025-03-01T12:00:00Z', level: 'info', message: 'disk ok', host: 'b', n: 1 },
]
const ndjson = events.map(event => `${JSON.stringify(event)}\n`).join('')

const folder = await temporaryFolder({ after })

describe('on an archive of three events', { concurrency: 2 }, () => {
  before(async () => {
    const { exitCode, stdout } = await varve(folder, ['append', 'app/eu'], ndjson)
    assert.equal(exitCode, 0)
    assert.deepEqual(JSON.parse(stdout), { accepted: 3, rejected: 0, errors: [] })
  })

  const lines = (text: string) =>
    text
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line))

  test('search finds by query, newest first, as NDJSON, with a receipt aside', async () => {
    const { exitCode, stdout, stderr } = await varve(folder, ['search', 'disk'])

    assert.equal(exitCode, 0)
    assert.deepEqual(
      lines(stdout).map(({ message }) => message),
      ['disk ok', 'disk full'],
    )
    assert.match(stderr, /^2 events · \d+ GET \d+ LIST · \d+ rounds · [\d.]+ k?B · \$0\.0\d* · /)
  })

  test('search takes its words together, a range, a stream, an order and a limit', async () => {
    const asked = ['--from', '2025-03-01T10:15:00Z', '--to', '1740830401', '--stream', 'app/*']

    const all = await varve(folder, ['search', ...asked, '--order', 'asc'])
    const one = await varve(folder, ['search', 'host:b', 'level:info', ...asked, '--limit', '1'])

    assert.deepEqual(
      lines(all.stdout).map(({ message }) => message),
      ['disk full', 'disk ok'],
    )
    assert.deepEqual(
      lines(one.stdout).map(({ host }) => host),
      ['b'],
    )
  })

  test('a cursor goes on where the page ended', async () => {
    const first = await varve(folder, ['search', '--limit', '2'])
    const [, cursor = ''] = /--cursor (\S+)/.exec(first.stderr) ?? []
    const second = await varve(folder, ['search', '--limit', '2', '--cursor', cursor, '--quiet'])

    assert.deepEqual(
      [...lines(first.stdout), ...lines(second.stdout)].map(({ message }) => message),
      ['disk ok', 'disk full', 'started'],
    )
    assert.equal(second.stderr, '')
  })

  test('context shows an event by its id between its neighbours', async () => {
    const full = await varve(folder, ['search', 'full', '--quiet'])
    const id = lines(full.stdout)[0]['@id']

    const { exitCode, stdout } = await varve(folder, ['context', id, '--after', '0'])
    const missing = await varve(folder, ['context', 'nobody', '--json'])

    assert.equal(exitCode, 0)
    assert.deepEqual(
      lines(stdout).map(({ message }) => message),
      ['started', 'disk full'],
    )
    assert.equal(missing.exitCode, 2)
    assert.equal(JSON.parse(missing.stderr).code, 'missing')
  })

  test('terms lead to fields and values, fields to examples', async () => {
    const terms = await varve(folder, ['terms', 'DISK'])
    const none = await varve(folder, ['terms', 'nothing'])
    const two = await varve(folder, ['terms', 'disk full', '--json'])
    const fields = await varve(folder, ['fields', 'disk', '--limit', '1'])

    assert.deepEqual([terms.exitCode, none.exitCode, two.exitCode], [0, 1, 2])
    const distinct = { least: 2, exact: true }
    const tokens = ['disk full', 'disk ok'].map(value => ({ value, count: 1 }))
    assert.deepEqual(lines(terms.stdout), [{ field: 'message', count: 2, distinct, tokens }])
    assert.match(JSON.parse(two.stderr).errors[0].hint, /expected one word/)
    assert.deepEqual(
      lines(fields.stdout).map(({ field, count, examples }) => [field, count, examples]),
      [
        ['host', 2, ['a']],
        ['ip', 1, ['10.0.0.7']],
        ['level', 2, ['error']],
        ['message', 2, ['disk full']],
        ['n', 1, [1]],
      ],
    )
  })

  test('hours lead to a search within them', async () => {
    const found = await varve(folder, ['hours', 'level:info', 'disk', '--stream', 'app/*'])
    const none = await varve(folder, ['hours', 'nothing'])

    const [start, end] = ['2025-03-01T12:00:00.000000Z', '2025-03-01T13:00:00.000000Z']
    assert.deepEqual(lines(found.stdout), [{ start, end, least: 1, most: 1 }])
    const [, next = ''] = /^next: varve (.*)$/m.exec(found.stderr) ?? []
    assert.equal(next, `search 'level:info disk' --stream 'app/*' --from ${start} --to ${end}`)
    assert.deepEqual([found.exitCode, none.exitCode, none.stdout], [0, 1, ''])
  })

  test('export writes all events, oldest first, also as CSV', async () => {
    const ndjson = await varve(folder, ['export', '--stream', 'app/eu'])
    const csv = await varve(folder, ['export', 'disk', '--format', 'csv'])
    const some = await varve(folder, ['export', 'n:1', '--format', 'csv', '--fields', 'host,n'])

    assert.deepEqual(
      lines(ndjson.stdout).map(({ message }) => message),
      ['started', 'disk full', 'disk ok'],
    )
    const [titles, first] = csv.stdout.split('\n')
    assert.equal(titles, '@time,@stream,@id,host,ip,level,message,n')
    assert.match(first!, /^2025-03-01T10:30:00.000000Z,app\/eu,\w+,a,10.0.0.7,error,disk full,$/)
    assert.equal(some.stdout, 'host,n\nb,1\n')
  })

  test('nothing found is exit status 1', async () => {
    const { exitCode, stdout } = await varve(folder, ['search', 'nothing'])

    assert.deepEqual([exitCode, stdout], [1, ''])
  })

  test('read shows one stream and names those like one that is unknown', async () => {
    const known = await varve(folder, ['read', 'app/eu', '--limit', '1'])
    const unknown = await varve(folder, ['read', 'app/us'])
    const early = await varve(folder, ['read', 'app/eu', '--to', '2001-01-01'])

    assert.equal(lines(known.stdout)[0].message, 'disk ok')
    assert.equal(unknown.exitCode, 1)
    assert.match(unknown.stderr, /no stream named app\/us; nearest: app\/eu\n/)
    assert.equal(early.exitCode, 1)
    assert.match(early.stderr, /nothing in that range; app\/eu has events from 2025-03-01T10:00/)
  })

  test('count prints a number, or an object', async () => {
    const plain = await varve(folder, ['count', 'level:info'])
    const json = await varve(folder, ['count', 'level:info', '--json'])
    const none = await varve(folder, ['count', 'level:debug'])

    assert.deepEqual([plain.exitCode, plain.stdout], [0, '2\n'])
    assert.equal(JSON.parse(json.stdout).count, 2)
    assert.deepEqual([none.exitCode, none.stdout], [1, '0\n'])
  })

  test('histogram counts by interval in a time zone', async () => {
    const { stdout } = await varve(folder, ['histogram', '--interval', 'day', '--tz', 'Asia/Tokyo'])

    assert.deepEqual(lines(stdout), [{ start: '2025-02-28T15:00:00.000000Z', count: 3 }])
  })

  test('values, streams and stat are lines of JSON', async () => {
    const values = await varve(folder, ['values', 'host', '--limit', '1'])
    const streams = await varve(folder, ['streams', 'app'])
    const stat = await varve(folder, ['stat'])

    assert.deepEqual(lines(values.stdout), [{ value: 'a', count: 2 }])
    assert.deepEqual(lines(streams.stdout), [
      {
        stream: 'app/eu',
        count: 3,
        first: '2025-03-01T10:00:00.000000Z',
        last: '2025-03-01T12:00:00.000000Z',
      },
    ])
    const { tail, sealed } = lines(stat.stdout)[0]
    assert.equal(tail.events + sealed.events, 3)
  })

  test('the brigade folds and nothing changes but where the events lie', async () => {
    const once = await varve(folder, ['brigade', '--once'])
    const again = await varve(folder, ['count'])

    assert.equal(once.exitCode, 0)
    assert.equal(lines(once.stdout)[0].foldedEvents, 3)
    assert.equal(again.stdout, '3\n')
  })

  test('a brigade that is interrupted ends with 0', async () => {
    const { child, ended, said } = start(folder, ['brigade'])
    await said(/at work/)
    child.kill('SIGTERM')

    assert.equal((await ended).exitCode, 0)
  })

  test('a reader that closes the pipe ends the command with 0', async () => {
    const { child, ended } = start(folder, ['search'])
    child.stdout?.destroy()

    const { exitCode, stderr } = await ended

    assert.deepEqual([exitCode, stderr.replace(/.* GET .*\n/, '')], [0, ''])
  })

  test('doctor finds nothing wrong', async () => {
    const { exitCode, stdout } = await varve(folder, ['doctor'])

    assert.deepEqual(
      lines(stdout).filter(({ state }) => state === 'fail'),
      [],
    )
    assert.deepEqual(
      lines(stdout).map(({ name }) => name),
      ['node', 'store', 'clock', 'catalog', 'tail', 'claims', 'orphans'],
    )
    assert.equal(exitCode, 0)
  })

  const wrong: readonly [what: string, words: readonly string[], message: RegExp][] = [
    ['a bad query', ['search', 'a AND (b'], /^varve: .*\n {2}a AND \(b\n {2} +\^/],
    ['a bad time', ['search', '--from', 'yesterday'], /--from <time>.*yesterday.*RFC 3339/],
    ['a range that ends before it begins', ['count', '--from', '-1h', '--to', '-2h'], /is later/],
    ['a path-like stream name', ['read', '../x'], /^varve: stream name "\.\.\/x"/],
    ['a zone that is none', ['histogram', '--tz', 'Mars'], /--tz.*IANA/],
    ['an order that is none', ['search', '--order', 'up'], /asc, desc/],
    ['a limit that is none', ['search', '--limit', '0'], /--limit/],
    ['a cursor that is none', ['search', '--cursor', 'x'], /cursor/],
    ['a query that looks like an option', ['search', '-status:200'], /after --: -- '-status:200'/],
    ['an unknown command', ['serach', 'x'], /unknown command.*\n.*search/],
    ['a store that is none', ['count', '--store', 'ftp://x'], /ftp:\/\/x/],
    ['an archive that is not there', ['count', '--store', 'file:none'], /no archive at file:none/],
    ['a file that is missing', ['import', 'none.log'], /no file none\.log/],
    ['a format that is unknown', ['import', '-', '--format', 'xml'], /xml.*ndjson/],
    ['a file as the folder', ['append', 's', '--store', 'file:file'], /file is a file/],
  ]
  for (const [what, words, message] of wrong) {
    test(`${what} is told in a line or two and exit status 2`, async () => {
      await writeFile(join(folder, 'file'), '')

      const { exitCode, stdout, stderr } = await varve(folder, words, '{}')

      assert.match(stderr, message)
      assert.doesNotMatch(stderr, /bug|\n {4}at /)
      assert.deepEqual([exitCode, stdout.replace(/^\{"accepted":0.*\n/, '')], [2, ''])
    })
  }

  test('with --json an error is an object', async () => {
    const { exitCode, stderr } = await varve(folder, ['search', 'a AND (b', '--json'])

    const { code, errors } = JSON.parse(stderr)
    assert.deepEqual([exitCode, code], [2, 'invalid'])
    assert.equal(typeof errors[0].span[0], 'number')
  })
})
