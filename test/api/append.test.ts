import assert from 'node:assert/strict'
import test from 'node:test'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { ArchiveError } from '../../lib/core/errors.ts'
import { problemIn, serveFake } from './fixture.ts'

const ndjson = { 'Content-Type': 'application/x-ndjson' }
const json = { 'Content-Type': 'application/json' }

test('an append answers what was accepted and passes its options on', async () => {
  const { archive, append } = serveFake()

  const path = '/v1/streams/web/eu/events?time_field=when,at&id_field=uid'
  const response = await append('{"a":1}\n{"a":2}\n', { ...ndjson, 'Idempotency-Key': 'k1' }, path)

  assert.equal(response.status, 200)
  assert.deepEqual(await response.json(), { accepted: 2, rejected: 0, errors: [], batch: 'k1' })
  const { lines, signal: _, ...rest } = archive.requests[0]!
  assert.equal(lines.toString(), '{"a":1}\n{"a":2}\n')
  assert.deepEqual(rest, {
    stream: 'web/eu',
    key: 'k1',
    timeFields: ['when', 'at'],
    idFields: ['uid'],
  })
})

test('a stream name in the address may have its slashes raw or escaped', async () => {
  const { archive, append } = serveFake()

  for (const name of ['web/eu', 'web%2Feu', 'events', 'a/events/b', 'user@4711']) {
    assert.equal((await append('{}', ndjson, `/v1/streams/${name}/events`)).status, 200)
  }

  const streams = archive.requests.map(request => request.stream)
  assert.deepEqual(streams, ['web/eu', 'web/eu', 'events', 'a/events/b', 'user@4711'])
})

test('a stream name that is none is refused with its reason', async () => {
  const { archive, append } = serveFake()

  for (const name of ['a%2F..%2Fb', 'a//b', 'a%00b', '%FF', 'x'.repeat(201)]) {
    const problem = await problemIn(await append('{}', ndjson, `/v1/streams/${name}/events`))
    assert.deepEqual([problem.status, problem.code], [400, 'invalid'], name)
  }

  assert.equal(archive.requests.length, 0)
})

test('events may name their streams themselves', async () => {
  const { archive, append } = serveFake()

  await append('{"@stream":"a"}', ndjson, '/v1/events')

  assert.equal(archive.requests[0]!.stream, undefined)
  assert.equal(archive.hits[0]!.stream, 'a')
})

const big = '{"n":12345678901234567890,"n":1.50,"s":"\\u0041 ]}{,"}'
const splittings: [name: string, type: Record<string, string>, body: string, lines: string][] = [
  ['one object', json, big, `${big}\n`],
  ['an array', json, `[${big} ,${big}]`, `${big}\n${big}\n`],
  ['a pretty array', json, '[\n  {\n    "a": 1\r\n  }\n]\n', '{     "a": 1    }\n'],
  ['an empty array', json, ' [ ] ', ''],
  ['no bytes', json, '', ''],
  [
    'objects in a row',
    { 'Content-Type': 'application/stream+json' },
    '{"a":1}{}{}',
    '{"a":1}\n{}\n{}\n',
  ],
  ['values that are no objects', json, '[1,"x",null,[2]]', '1\n"x"\nnull\n[2]\n'],
  [
    'text',
    { 'Content-Type': 'text/plain' },
    'a "b"\\\r\n\n\tc',
    '{"message":"a \\"b\\"\\\\"}\n\n{"message":"\\tc"}\n',
  ],
  ['unnamed NDJSON', {}, '{"a":1}\n{"a":\n', '{"a":1}\n{"a":\n'],
  ['unnamed pretty JSON', {}, '{"a":\n1}\n{}', '{"a": 1}\n{}\n'],
  [
    'an array sent as a form',
    { 'Content-Type': 'application/x-www-form-urlencoded' },
    '[{"a":1}]',
    '{"a":1}\n',
  ],
]
for (const [name, headers, body, lines] of splittings) {
  test(`${name} may begin with a byte order mark`, async () => {
    const { archive, append } = serveFake()

    const response = await append(Buffer.from(`\ufeff${body}`), headers)

    assert.equal(response.status, 200)
    assert.equal(archive.requests[0]!.lines.toString(), lines)
  })

  test(`${name} becomes an event a line with its bytes unchanged`, async () => {
    const { archive, append } = serveFake()

    // A Blob without a type keeps fetch from naming one.
    await append(new Blob([body]), headers)

    assert.equal(archive.requests[0]!.lines.toString(), lines)
  })
}

test('a line of text that is not UTF-8 is taken as Latin-1 and says so', async () => {
  const { archive, append } = serveFake()
  const text = Buffer.from('caf\xe9 \x85"\0\ncaf\xc3\xa9\n', 'latin1')

  const response = await append(text, { 'Content-Type': 'text/plain' })

  assert.equal(response.status, 200)
  const lines = archive.requests[0]!.lines.toString().trimEnd().split('\n')
  assert.deepEqual(
    lines.map(line => JSON.parse(line)),
    [{ message: 'café \x85"\0', '@encoding': 'latin1' }, { message: 'café' }],
  )
})

test('a JSON document that cannot be parsed stores nothing and names the place', async () => {
  const { archive, append } = serveFake()

  const response = await append('[{"a":1},\n {"a":tru}]', json)

  const problem = await problemIn(response)
  assert.equal(problem.status, 400)
  assert.equal(problem.errors[0]!.line, 2)
  assert.match(problem.detail, /line 2, byte 10: found "}]"/)
  assert.equal(archive.requests.length, 0)
})

test('a body of an unknown kind is refused with 415', async () => {
  const { append } = serveFake()
  const kinds: [BodyInit, Record<string, string>][] = [
    ['hello', { 'Content-Type': 'application/x-www-form-urlencoded' }],
    [new Blob(['hello']), {}],
    ['{}', { ...ndjson, 'Content-Encoding': 'br' }],
    ['{}', { ...ndjson, 'Content-Encoding': '__proto__' }],
  ]

  for (const [body, headers] of kinds) {
    const problem = await problemIn(await append(body, headers))
    assert.equal(problem.status, 415)
    assert.match(problem.errors[0]!.hint!, /^expected /)
  }
})

const first = Buffer.from('{"a":1}\n')
const second = Buffer.from('{"a":2}\n')
const skippable = Buffer.from('502a4d18020000000102', 'hex')
const packings: [name: string, coding: string, body: Buffer][] = [
  ['gzip of several members', 'gzip', Buffer.concat([gzipSync(first), gzipSync(second)])],
  ['gzip by its old name', 'X-GZip', gzipSync(Buffer.concat([first, second]))],
  ['deflate', 'deflate', deflateSync(Buffer.concat([first, second]))],
  [
    'zstd of several frames, some skippable',
    'zstd',
    Buffer.concat([
      skippable,
      zstdCompressSync(first),
      zstdCompressSync(''),
      skippable,
      zstdCompressSync(second),
      skippable,
    ]),
  ],
]
for (const [name, coding, body] of packings) {
  test(`${name} is unpacked whole, and damage in it is refused`, async () => {
    const { archive, append } = serveFake()
    const headers = { ...ndjson, 'Content-Encoding': coding }

    assert.equal((await append(body, headers)).status, 200)
    assert.equal(archive.requests[0]!.lines.toString(), '{"a":1}\n{"a":2}\n')

    for (const damaged of [body.subarray(0, -1), Buffer.concat([body, first])]) {
      assert.equal((await append(damaged, headers)).status, 400)
    }
    assert.equal(archive.requests.length, 1)
  })
}

test('a body over a limit is refused with 413, as sent and unpacked', async () => {
  const { archive, append } = serveFake({ bodyBytesMax: 1000, bodyDecodedBytesMax: 5000 })
  const zeros = Buffer.alloc(2000, 0x20)
  const endless = new ReadableStream({ pull: controller => controller.enqueue(zeros) })
  const bodies: [name: string, body: BodyInit | Buffer, coding: string][] = [
    ['declared', zeros, 'identity'],
    ['gzip bomb', gzipSync(Buffer.alloc(5001, 0x20)), 'gzip'],
    ['deflate bomb', deflateSync(Buffer.alloc(5001, 0x20)), 'deflate'],
    ['zstd bomb', zstdCompressSync(Buffer.alloc(5001, 0x20)), 'zstd'],
    ['zstd frames', Buffer.concat(Array(3).fill(zstdCompressSync(zeros))), 'zstd'],
  ]

  for (const [name, body, coding] of bodies) {
    const response = await append(body, { ...ndjson, 'Content-Encoding': coding })
    assert.equal(response.status, 413, name)
    assert.equal((await problemIn(response)).code, 'too-large')
  }
  const init = { method: 'POST', body: endless, headers: ndjson, duplex: 'half' } as RequestInit
  assert.equal((await serveFake({ bodyBytesMax: 1000 }).ask('/v1/events', init)).status, 413)
  const text = await append('x\n'.repeat(400), { 'Content-Type': 'text/plain' })
  assert.equal(text.status, 413)
  assert.equal(archive.requests.length, 0)
})

test('bad lines are told by number; when none is good the answer is a problem', async () => {
  const { append } = serveFake()

  const some = await append('{"a":1}\n\n{bad\n', ndjson)
  const none = await append('{bad\n', ndjson)

  const receipt = (await some.json()) as { rejected: number; errors: { line: number }[] }
  assert.deepEqual([some.status, receipt.rejected, receipt.errors[0]!.line], [200, 1, 3])
  const problem = (await none.json()) as Record<string, unknown>
  assert.deepEqual([none.status, problem.accepted, problem.rejected], [400, 0, 1])
  assert.equal((problem.errors as { line: number }[])[0]!.line, 1)
})

test('with strict=1 one bad line stores nothing', async () => {
  const { archive, append } = serveFake()

  const response = await append('{"a":1}\n{bad\n', ndjson, '/v1/streams/a/events?strict=1')

  assert.equal(response.status, 400)
  assert.equal((await problemIn(response)).errors[0]!.line, 2)
  assert.equal(archive.hits.length, 0)
})

test('a silent store is 503 and a tail that is too long 429, both say when', async () => {
  const { archive, append } = serveFake()

  archive.fault = () => {
    throw new ArchiveError('unavailable', 'no answer', { retryAfterSeconds: 2.4 })
  }
  const unknown = await append('{}', ndjson)
  archive.fault = () => {
    const details = [{ pointer: '/tail', detail: 'too many objects' }]
    throw new ArchiveError('unavailable', 'slow down', { retryAfterSeconds: 5, details })
  }
  const pressed = await append('{}', ndjson)

  assert.deepEqual([unknown.status, unknown.headers.get('Retry-After')], [503, '3'])
  assert.deepEqual([pressed.status, pressed.headers.get('Retry-After')], [429, '5'])
})

test('a body of more zstd frames than the limit is refused', async () => {
  const { append } = serveFake({ bodyFramesMax: 3 })
  const frames = Array(4).fill(zstdCompressSync(first))

  const response = await append(Buffer.concat(frames), { ...ndjson, 'Content-Encoding': 'zstd' })

  assert.equal(response.status, 413)
})
