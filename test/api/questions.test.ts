import assert from 'node:assert/strict'
import test from 'node:test'
import { ArchiveError } from '../../lib/core/errors.ts'
import { parseRfc3339 } from '../../lib/core/time.ts'
import type { Hit } from '../../lib/read/question.ts'
import { freeEnd } from './fake-archive.ts'
import { problemIn, serveFake } from './fixture.ts'

async function serveEvents(count = 3) {
  const served = serveFake()
  const lines = Array.from({ length: count }, (_, i) => `{"n":${i}}`).join('\n')
  await served.append(lines, { 'Content-Type': 'application/x-ndjson' })
  return served
}

const asLines = { headers: { Accept: 'application/x-ndjson' } }
const noon = parseRfc3339('2026-11-20T12:00:00Z')!

test('a search answers a JSON page with its end by default', async () => {
  const { ask } = await serveEvents()

  const response = await ask('/v1/search?limit=2')

  assert.equal(response.headers.get('Content-Type'), 'application/json')
  const { events, end } = (await response.json()) as { events: { n: number }[]; end: object }
  assert.deepEqual(
    events.map(event => event.n),
    [0, 1],
  )
  const range = { from: null, to: null }
  assert.deepEqual(end, { ...freeEnd, complete: false, stoppedBy: 'limit', cursor: '2', range })
})

test('a search answers NDJSON with a control line when asked to', async () => {
  const { ask } = await serveEvents()

  const response = await ask('/v1/search?cursor=2', asLines)

  assert.equal(response.headers.get('Content-Type'), 'application/x-ndjson')
  const [event, end, rest] = (await response.text()).split('\n')
  assert.equal(JSON.parse(event!).n, 2)
  assert.equal(JSON.parse(end!)._end.complete, true)
  assert.equal(rest, '')
})

test('an answer without events is as well formed in both forms', async () => {
  const { ask } = serveFake()

  assert.deepEqual(((await (await ask('/v1/search')).json()) as { events: [] }).events, [])
  assert.match(await (await ask('/v1/search', asLines)).text(), /^\{"_end":.*\}\n$/)
})

test('parameters reach the question, times resolved and echoed', async () => {
  const { archive, ask } = await serveEvents()

  const query = 'q=n&from=-1h&to=now&stream=web/*&order=asc&limit=7&cursor=0'
  const response = await ask(`/v1/search?${query}`)

  const { signal: _, ...question } = archive.questions[0]!
  assert.deepEqual(question, {
    query: 'n',
    startMicros: noon - 3600e6,
    endMicros: noon,
    stream: 'web/*',
    order: 'asc',
    limit: 7,
    cursor: '0',
  })
  const { end } = (await response.json()) as { end: { range: object } }
  assert.deepEqual(end.range, {
    from: '2026-11-20T11:00:00.000000Z',
    to: '2026-11-20T12:00:00.000000Z',
  })
})

test('a search may be posted, and is then the same question', async () => {
  const { archive, ask } = await serveEvents()

  const body = JSON.stringify({ q: 'n', limit: 7, from: '-1h' })
  const response = await ask('/v1/search', { method: 'POST', body })

  assert.equal(response.status, 200)
  const { query, limit, startMicros } = archive.questions[0]!
  assert.deepEqual([query, limit, startMicros], ['n', 7, noon - 3600e6])
})

test('a page of a named size is read when no limit is given', async () => {
  const { archive, ask } = await serveEvents()

  await ask('/v1/search')

  assert.equal(archive.questions[0]!.limit, 100)
})

test('a timeline is of its stream alone; one of a stream that is not there is 404', async () => {
  const { archive, ask } = await serveEvents()

  const known = await ask('/v1/streams/web/eu/events?order=asc')
  const empty = await ask('/v1/streams/web/eu/events?cursor=3')
  const unknown = await ask('/v1/streams/web/us/events', asLines)

  assert.equal(archive.questions[0]!.stream, 'web/eu')
  assert.deepEqual([known.status, empty.status, unknown.status], [200, 200, 404])
  assert.match((await problemIn(unknown)).detail, /there is no stream web\/us/)
})

test('count, histogram, values and streams answer JSON with their end', async () => {
  const { ask } = await serveEvents()
  const get = async (path: string) => (await ask(path)).text()

  assert.match(await get('/v1/count'), /^\{"count":3,"end":\{/)
  assert.match(
    await get('/v1/histogram?interval=day&tz=Europe/Berlin'),
    /^\{"interval":"day",.*"intervals":\[\{"start":"1970-01-01T00:00:00.000000Z","count":3\}\],/,
  )
  assert.match(
    await get('/v1/fields/a.b/values'),
    /^\{"field":"a.b","values":\[\{"value":12345678901234567890,"count":2\}\],"distinct":1,/,
  )
  assert.match(await get('/v1/streams?prefix=web'), /^\{"streams":\[\{"stream":"web\/eu","count":1/)
  assert.match(await get('/v1/usage'), /"first":null,"last":null\}$/)
})

const refusals: [path: string, pointer: string, detail: RegExp, hint?: RegExp][] = [
  ['/v1/search?sort=asc', '/sort', /parameter "sort" is unknown/, /q, from, to, .*stream/],
  ['/v1/health?x=1', '/x', /unknown/, /takes no parameters/],
  ['/v1/search?order=up', '/order', /expected one of desc, asc/],
  ['/v1/search?limit=0', '/limit', /expected a whole number from 1 to 1000000/],
  ['/v1/search?limit=1e9', '/limit', /expected a whole number/],
  ['/v1/search?q=a&q=b', '/q', /given twice/],
  ['/v1/search?from=yesterday', '/from', /"yesterday": expected a time/, /RFC 3339/],
  ['/v1/search?from=2026-11-20T10:00:00+01:00', '/from', /expected a time/, /%2B/],
  ['/v1/search?from=now&to=-1h', '/to', /ends before it begins/],
  [`/v1/search?q=${'a'.repeat(4097)}`, '/q', /at most 4096 characters/],
  ['/v1/histogram', '/interval', /parameter interval is missing/],
  ['/v1/histogram?interval=decade', '/interval', /minute, hour, day/],
  ['/v1/events/a/context?before=-1', '/before', /from 0 to 1000/],
  ['/v1/fields/a/values?limit=x', '/limit', /whole number/],
]
for (const [path, pointer, detail, hint = /^/] of refusals) {
  test(`${path.slice(0, 60)} is refused by name`, async () => {
    const response = await serveFake().ask(path)

    assert.equal(response.headers.get('Content-Type'), 'application/problem+json')
    const problem = await problemIn(response)
    assert.deepEqual(
      [problem.status, problem.code, problem.instance],
      [400, 'invalid', path.split('?')[0]],
    )
    assert.equal(problem.errors[0]!.pointer, pointer)
    assert.match(problem.errors[0]!.detail, detail)
    assert.match(problem.errors[0]!.hint ?? '', hint)
  })
}

test('a posted search is refused as plainly', async () => {
  const { ask } = serveFake()

  const twice = await ask('/v1/search?q=a', { method: 'POST', body: '{"q":"b"}' })
  assert.match((await problemIn(twice)).detail, /parameter q is given twice/)
  for (const body of ['', '[]', '{"q":{}}', '{"sort":1}', `{"q":"${'x'.repeat(70_000)}"}`]) {
    const { status } = await ask('/v1/search', { method: 'POST', body })
    assert.equal(status, body.length > 65_536 ? 413 : 400, body.slice(0, 20))
  }
})

test('an error of the engine becomes its status, with span and hint', async () => {
  const { archive, ask } = serveFake()
  const statuses: [ArchiveError | Error, number][] = [
    [
      new ArchiveError('invalid', 'no query', {
        details: [{ detail: 'd', span: [3, 4], hint: 'h' }],
      }),
      400,
    ],
    [new ArchiveError('missing', 'm'), 404],
    [new ArchiveError('conflict', 'm'), 409],
    [new ArchiveError('too-large', 'm'), 413],
    [new ArchiveError('corrupt', 'm'), 500],
    [new ArchiveError('unavailable', 'm'), 503],
  ]

  for (const [error, status] of statuses) {
    archive.fault = () => {
      throw error
    }
    for (const path of ['/v1/search', '/v1/count']) {
      const response = await ask(path, asLines)
      assert.equal(response.status, status)
      assert.equal(response.headers.get('Retry-After'), status === 503 ? '1' : null)
      if (status !== 400) continue
      const expected = [{ detail: 'd', span: [3, 4], hint: 'h' }]
      assert.deepEqual((await problemIn(response)).errors, expected)
    }
  }
})

test('a defect is 500, tells nothing of itself and is written to the log', async t => {
  const { archive, ask } = serveFake()
  const log = t.mock.method(console, 'error', () => {})
  archive.fault = () => {
    throw new TypeError('secret')
  }

  const response = await ask('/v1/count')

  const text = await response.text()
  assert.equal(response.status, 500)
  assert.match(text, /"code":"internal"/)
  assert.doesNotMatch(text, /secret/)
  assert.equal(log.mock.callCount(), 1)
})

/** An archive whose search waits for the test between its hits. */
function serveSlow() {
  const served = serveFake()
  const gate = Promise.withResolvers<void>()
  const seen: { signal: AbortSignal | undefined; asked: number } = { signal: undefined, asked: 0 }
  const hit: Hit = { timeMicros: 0, stream: 's', id: '1', line: Buffer.from('{"@time":"t"}') }
  served.archive.search = ({ signal }) => {
    seen.signal = signal
    return {
      async *[Symbol.asyncIterator]() {
        for (;;) {
          seen.asked++
          yield hit
          if (seen.asked === 2) await gate.promise
        }
      },
      end: () => freeEnd,
    }
  }
  return { ...served, gate, seen }
}

test('hits at hand are sent while the next is still sought', async () => {
  const { ask } = serveSlow()

  const response = await ask('/v1/search', asLines)
  const { value } = await response.body!.getReader().read()

  assert.equal(Buffer.from(value!).toString(), '{"@time":"t"}\n{"@time":"t"}\n')
})

test('a client that goes away stops the question, and one that is slow slows it', async () => {
  const { ask, gate, seen } = serveSlow()

  const response = await ask('/v1/search', asLines)
  gate.resolve()
  const reader = response.body!.getReader()
  await reader.read()
  await reader.read()
  const { asked } = seen
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(seen.asked, asked)
  await reader.cancel()

  assert.equal(seen.signal!.aborted, true)
})

test('an answer that breaks off says so in place of its end', async () => {
  for (const [init, pattern] of [
    [
      asLines,
      /^\{"@time":"t"\}\n\{"@time":"t"\}\n\{"_error":\{"type":.*"code":"unavailable".*\}\}\n$/,
    ],
    [
      {},
      /^\{"events":\[\{"@time":"t"\},\n\{"@time":"t"\}\],"error":\{.*"code":"unavailable".*\}\}$/,
    ],
  ] as const) {
    const { ask, gate } = serveSlow()
    const response = await ask('/v1/search', init)

    gate.reject(new ArchiveError('unavailable', 'the store is gone'))

    assert.match(await response.text(), pattern)
  }
})

test('a HEAD has the status and headers of its GET and reads nothing on', async () => {
  const { ask, seen } = serveSlow()

  const response = await ask('/v1/search', { method: 'HEAD' })

  assert.deepEqual([response.status, await response.text()], [200, ''])
  assert.equal(seen.signal!.aborted, true)
})
