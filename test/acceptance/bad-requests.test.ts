import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { request as rawRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { openWays, type Ways } from './ways.ts'

const MiB = 1024 * 1024
const folder = mkdtempSync(join(tmpdir(), 'varve-bad-requests-'))
let ways: Ways
let cursor: string

/** A request, and what its problem must be and say. */
interface Case {
  readonly name: string
  readonly path: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: () => string | Uint8Array<ArrayBuffer>
  readonly status: number
  readonly code: string
  /** What `detail` says. */
  readonly says: RegExp
  /** What the first finding says of the place. */
  readonly at?: { readonly pointer?: string; readonly line?: number; readonly span?: number[] }
  readonly hint?: RegExp
}

const events = '/v1/streams/bad/events'
const bad = (text: string) => () => `${text}\n`
const bomb = () => Buffer.alloc(65 * MiB, ' ')
const search = (query: string) => `/v1/search?${query}`

const writes: readonly Case[] = [
  {
    name: 'JSON lines of which none can be parsed',
    path: events,
    body: bad('{"a":1'),
    status: 400,
    code: 'invalid',
    says: /none of the 1 events/,
    at: { line: 1 },
  },
  {
    name: 'a JSON document that breaks off',
    path: events,
    headers: { 'Content-Type': 'application/json' },
    body: bad('[{"a":1},\n{"a":'),
    status: 400,
    code: 'invalid',
    says: /JSON/,
    hint: /nothing was stored/,
  },
  {
    name: 'one bad line with strict=1',
    path: `${events}?strict=1`,
    body: bad('{"a":1}\n{"a":2}\nnonsense'),
    status: 400,
    code: 'invalid',
    says: /1 lines.*nothing was stored/,
    at: { line: 3 },
  },
  {
    name: 'an event over the size limit',
    path: events,
    body: () => `{"m":"${'x'.repeat(MiB)}"}\n`,
    status: 400,
    code: 'invalid',
    says: /none of the 1 events/,
    at: { line: 1 },
  },
  {
    name: 'a time that is none',
    path: events,
    body: bad('{"@time":"never"}'),
    status: 400,
    code: 'invalid',
    says: /none of the 1 events/,
    at: { line: 1, pointer: '/@time' },
    hint: /RFC 3339/,
  },
  {
    name: 'an event without a stream',
    path: '/v1/events',
    body: bad('{"m":"whose?"}'),
    status: 400,
    code: 'invalid',
    says: /none of the 1 events/,
    at: { line: 1, pointer: '/@stream' },
  },
  {
    name: 'an event whose @stream is like a path',
    path: '/v1/events',
    body: bad('{"@stream":"../../etc/passwd"}'),
    status: 400,
    code: 'invalid',
    says: /none of the 1 events/,
    at: { line: 1, pointer: '/@stream' },
  },
  {
    name: 'a body over the limit',
    path: events,
    body: () => Buffer.alloc(64 * MiB + 1, '\n'),
    status: 413,
    code: 'too-large',
    says: /body has more than 67108864 bytes/,
    hint: /several requests/,
  },
  {
    name: 'a bomb of gzip',
    path: events,
    headers: { 'Content-Encoding': 'gzip' },
    body: () => gzipSync(bomb()),
    status: 413,
    code: 'too-large',
    says: /unpacked body has more than 67108864 bytes/,
  },
  {
    name: 'a bomb of zstd',
    path: events,
    headers: { 'Content-Encoding': 'zstd' },
    body: () => zstdCompressSync(bomb()),
    status: 413,
    code: 'too-large',
    says: /unpacked body has more than 67108864 bytes/,
  },
  {
    name: 'a body that is not what Content-Encoding says',
    path: events,
    headers: { 'Content-Encoding': 'gzip' },
    body: bad('{"a":1}'),
    status: 400,
    code: 'invalid',
    says: /not valid gzip/,
    at: { pointer: '/Content-Encoding' },
  },
  {
    name: 'half a body of gzip',
    path: events,
    headers: { 'Content-Encoding': 'gzip' },
    body: () => gzipSync('{"a":1}\n'.repeat(1000)).subarray(0, -9),
    status: 400,
    code: 'invalid',
    says: /not valid gzip/,
  },
  {
    name: 'an encoding that is unknown',
    path: events,
    headers: { 'Content-Encoding': 'br' },
    body: bad('{"a":1}'),
    status: 415,
    code: 'invalid',
    says: /Content-Encoding br/,
    hint: /gzip, deflate, zstd/,
  },
  {
    name: 'a format that is unknown',
    path: events,
    headers: { 'Content-Type': 'application/xml' },
    body: bad('<a/>'),
    status: 415,
    code: 'invalid',
    says: /application\/xml/,
    hint: /ndjson/,
  },
  {
    name: 'a key that is too long',
    path: events,
    headers: { 'Idempotency-Key': 'k'.repeat(201) },
    body: bad('{"a":1}'),
    status: 400,
    code: 'invalid',
    says: /key/i,
  },
  {
    name: 'a parameter of appending that is unknown',
    path: `${events}?stirct=1`,
    body: bad('{"a":1}'),
    status: 400,
    code: 'invalid',
    says: /"stirct" is unknown/,
    at: { pointer: '/stirct' },
    hint: /strict/,
  },
]

const pathLike: readonly Case[] = ['..%2Fx', 'a%2F..%2Fb', '%2Fetc', 'a%00b', 'a%20b', 'a%5Cb'].map(
  stream => ({
    name: `the stream name ${stream}`,
    path: `/v1/streams/${stream}/events`,
    body: bad('{"a":1}'),
    status: 400,
    code: 'invalid',
    says: /stream name/,
  }),
)

const questions: readonly Case[] = [
  {
    name: 'a parenthesis that is never closed',
    path: search('q=a%20AND%20(b'),
    status: 400,
    code: 'invalid',
    says: /character 7/,
    at: { span: [6, 7] },
    hint: /\)/,
  },
  {
    name: 'a quotation mark that is never closed',
    path: '/v1/count?q=%22abc',
    status: 400,
    code: 'invalid',
    says: /quotation mark/,
    at: { span: [0, 4] },
    hint: /"/,
  },
  {
    name: 'half a range',
    path: '/v1/fields/status/values?q=status:%5B1%20TO',
    status: 400,
    code: 'invalid',
    says: /range/,
    hint: /TO b/,
  },
  {
    name: 'a regular expression that is none',
    path: search('q=m:/a%7B2,1%7D/'),
    status: 400,
    code: 'invalid',
    says: /regular expression/,
    at: { span: [4, 9] },
  },
  {
    name: 'a time that is none',
    path: search('from=yesterdayish'),
    status: 400,
    code: 'invalid',
    says: /from is "yesterdayish"/,
    at: { pointer: '/from' },
    hint: /RFC 3339/,
  },
  {
    name: 'a range that ends before it begins',
    path: '/v1/count?from=2025-02-01&to=2025-01-01',
    status: 400,
    code: 'invalid',
    says: /to is earlier than from/,
    at: { pointer: '/to' },
  },
  {
    name: 'a stream that is not there',
    path: '/v1/streams/nobody/events',
    status: 404,
    code: 'missing',
    says: /no stream nobody/,
    at: { pointer: '/stream' },
    hint: /\/v1\/streams/,
  },
  {
    name: 'an interval that is none',
    path: '/v1/histogram?interval=eon',
    status: 400,
    code: 'invalid',
    says: /interval is "eon".*hour, day/,
    at: { pointer: '/interval' },
  },
  {
    name: 'no interval',
    path: '/v1/histogram',
    status: 400,
    code: 'invalid',
    says: /interval is missing/,
    at: { pointer: '/interval' },
  },
  {
    name: 'a time zone that is none',
    path: '/v1/histogram?interval=day&tz=Mars/Olympus',
    status: 400,
    code: 'invalid',
    says: /Mars\/Olympus/,
    at: { pointer: '/tz' },
  },
  ...['0', '-1', 'ten', '1.5', '1000001'].map(limit => ({
    name: `the limit ${limit}`,
    path: search(`limit=${limit}`),
    status: 400,
    code: 'invalid',
    says: new RegExp(`limit is "${limit}".*1 to 1000000`),
    at: { pointer: '/limit' },
  })),
  {
    name: 'an order that is none',
    path: search('order=up'),
    status: 400,
    code: 'invalid',
    says: /order is "up".*desc, asc/,
    at: { pointer: '/order' },
  },
  {
    name: 'a cursor that is none',
    path: search('cursor=abc'),
    status: 400,
    code: 'invalid',
    says: /cursor/,
    at: { pointer: '/cursor' },
  },
  {
    name: 'a parameter that is unknown',
    path: search('query=a'),
    status: 400,
    code: 'invalid',
    says: /"query" is unknown/,
    at: { pointer: '/query' },
    hint: /q, from, to, stream/,
  },
  {
    name: 'a parameter twice',
    path: search('q=a&q=b'),
    status: 400,
    code: 'invalid',
    says: /q is given twice/,
    at: { pointer: '/q' },
  },
  {
    name: 'a query that is too long',
    path: search(`q=${'a'.repeat(4097)}`),
    status: 400,
    code: 'invalid',
    says: /4096/,
    at: { pointer: '/q' },
  },
  {
    name: 'a question as JSON that is none',
    path: '/v1/search',
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: bad('{"q":'),
    status: 400,
    code: 'invalid',
    says: /JSON/,
  },
  {
    name: 'a wrong method',
    path: '/v1/search',
    method: 'DELETE',
    status: 405,
    code: 'invalid',
    says: /DELETE.*GET/,
  },
  {
    name: 'an address that is unknown',
    path: '/v1/serach',
    status: 404,
    code: 'missing',
    says: /\/v1\/serach/,
    hint: /openapi/,
  },
]

describe('over HTTP', () => {
  before(async () => {
    ways = await openWays(`file:${folder}`)
    await ways.client.append('good', [{ n: 1 }, { n: 2 }, { n: 3 }])
    const first = ways.client.search({ q: 'n:*', limit: 1 })
    await Array.fromAsync(first)
    cursor = first.end().cursor!
  })

  after(async () => {
    await ways.close()
    rmSync(folder, { recursive: true, force: true })
  })

  for (const each of [...writes, ...pathLike]) {
    test(`${each.name}: a problem that says so, and nothing is stored`, async () => {
      await isRefused({ method: 'POST', ...each })

      assert.equal((await ways.client.count()).count, 3)
    })
  }

  for (const each of questions) {
    test(`${each.name}: a problem that says so`, () => isRefused(each))
  }

  test('a cursor of another question: a problem that says so', () =>
    isRefused({
      name: 'another question',
      path: search(`q=n:1&cursor=${encodeURIComponent(cursor)}`),
      status: 400,
      code: 'invalid',
      says: /cursor.*other|another/,
      at: { pointer: '/cursor' },
    }))

  test('bad lines among good ones: the good ones are stored, the others named', async () => {
    const lines = '{"n":4}\n{oops}\n[5]\n{"@time":"never"}\n{"n":6}\n'

    const answer = await ways.client.append('mixed', lines)

    assert.deepEqual([answer.accepted, answer.rejected], [2, 3])
    assert.deepEqual(
      answer.errors.map(({ line }) => line),
      [2, 3, 4],
    )
    assert.equal((await ways.client.count({ stream: 'mixed' })).count, 2)
  })

  test('a request that breaks off in the middle stores nothing', async () => {
    await breakOff(`${ways.url}/v1/streams/broken/events`)

    assert.equal((await ways.client.count({ stream: 'broken' })).count, 0)
  })
})

async function isRefused(each: Case): Promise<void> {
  const response = await fetch(ways.url + each.path, {
    method: each.method ?? 'GET',
    headers: { 'Content-Type': 'application/x-ndjson', ...each.headers },
    ...(each.body && { body: each.body() }),
  })
  const text = await response.text()
  assert.equal(response.headers.get('Content-Type'), 'application/problem+json', text)
  const problem = JSON.parse(text)
  assert.equal(response.status, each.status, text)
  assert.deepEqual([problem.status, problem.code], [each.status, each.code])
  assert.match(problem.detail, each.says)
  if (each.at) assert.partialDeepStrictEqual(problem.errors[0], each.at)
  if (each.hint) assert.match(problem.errors[0]?.hint ?? '', each.hint)
}

/** Sends less than its Content-Length says and hangs up. */
function breakOff(url: string): Promise<void> {
  return new Promise(resolve => {
    const headers = { 'Content-Type': 'application/x-ndjson', 'Content-Length': 1000 }
    const request = rawRequest(url, { method: 'POST', headers })
    request.on('error', () => {})
    request.on('close', () => resolve())
    request.write('{"n":1}\n{"n":2}\n', () => request.destroy())
  })
}
