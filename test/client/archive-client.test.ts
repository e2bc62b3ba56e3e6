import assert from 'node:assert/strict'
import test from 'node:test'
import { ArchiveClient } from '../../lib/client/archive-client.ts'
import type { ArchiveClientError } from '../../lib/client/client-error.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { serveFake } from '../api/fixture.ts'

function connect() {
  const { archive, app } = serveFake()
  const requests: [url: URL, init: RequestInit][] = []
  const fetch = async (url: URL, init: RequestInit) => {
    requests.push([url, init])
    return app.request(url, init)
  }
  return { archive, requests, client: new ArchiveClient({ url: 'http://archive', fetch }) }
}

const answering = (...answers: (() => Response)[]) =>
  new ArchiveClient({ url: 'http://archive', fetch: async () => answers.shift()!() })

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of source) all.push(item)
  return all
}

test('objects appended are read back as a timeline, with the end of the answer', async () => {
  const { client } = connect()

  const appended = await client.append('web/eu', [{ n: 1 }, { n: 2 }])
  const answer = client.read('web/eu', { limit: 1 })
  const events = await collect(answer)

  assert.equal(appended.accepted, 2)
  assert.deepEqual(
    events.map(event => [event['@stream'], event.n]),
    [['web/eu', 1]],
  )
  assert.equal(answer.end().cursor, '1')
  const rest = await collect(client.read('web/eu', { cursor: answer.end().cursor! }))
  assert.deepEqual(
    rest.map(event => event.n),
    [2],
  )
})

test('NDJSON is sent as it is, and lines come back as they were written', async () => {
  const { client } = connect()

  await client.append(null, '{"@stream":"a","n":12345678901234567890}\n')
  await client.append('a', Buffer.from('{"n":2}'))
  const lines = await collect(client.search({ q: 'n' }).lines())

  assert.equal(lines.length, 2)
  assert.match(lines[0]!, /"@stream":"a".*"n":12345678901234567000/)
})

test('count, histogram, values, streams and usage answer promises', async () => {
  const { client } = connect()
  await client.append('a', [{ n: 1 }])

  assert.equal((await client.count({ q: 'n', from: '-1h' })).count, 1)
  assert.equal((await client.histogram({ interval: 'hour' })).intervals[0]!.count, 3)
  assert.equal((await client.values('a.b c', { limit: 3 })).field, 'a.b c')
  assert.equal((await client.streams()).streams[0]!.stream, 'a')
  assert.equal((await client.terms('a b', { limit: 3 })).fields[0]!.field, 'a b')
  assert.equal((await client.fields()).fields[0]!.distinct.exact, false)
  assert.equal((await client.hours({ q: 'a' })).intervals[0]!.most, 3)
  assert.equal((await client.event('1')).event.n, 1)
  assert.deepEqual((await client.context('1', { before: 2 })).before, [])
  assert.equal((await client.usage()).tail.events, 2)
})

test('a tail gives events as they come and says how it ended', async () => {
  const { client } = connect()
  await client.append('a', [{ n: 1 }])
  const found: unknown[] = []

  const following = async () => {
    for await (const event of client.tail({ q: 'n' })) found.push(event.n)
  }

  // The fake archive has no more news after the first.
  await assert.rejects(following(), { code: 'unavailable' })
  assert.deepEqual(found, [1])
})

test('the path and the API key are sent, a long query goes into a body', async () => {
  const seen: [string, RequestInit][] = []
  const fetch = async (url: URL, init: RequestInit) => {
    seen.push([url.href, init])
    return new Response('{"_end":{}}\n')
  }
  const client = new ArchiveClient({ url: 'https://a.example/prod', apiKey: 'k', fetch })

  await collect(client.search({ q: 'a b' }))
  await collect(client.search({ q: 'x'.repeat(4000) }))

  const [[short, init], [long, post]] = seen as [[string, RequestInit], [string, RequestInit]]
  assert.equal(short, 'https://a.example/prod/v1/search?q=a+b')
  assert.equal(new Headers(init.headers).get('Authorization'), 'Bearer k')
  assert.deepEqual([long, post.method], ['https://a.example/prod/v1/search', 'POST'])
  assert.equal(new Headers(post.headers).get('Authorization'), 'Bearer k')
})

test('a problem becomes an error with its code, findings and time to wait', async () => {
  const { archive, client } = connect()
  archive.fault = () => {
    const details = [{ detail: 'd', span: [1, 2] as const }]
    throw new ArchiveError('unavailable', 'not now', { retryAfterSeconds: 7, details })
  }

  await assert.rejects(client.count(), (error: ArchiveClientError) => {
    assert.deepEqual([error.status, error.code, error.retryAfterSeconds], [503, 'unavailable', 7])
    assert.deepEqual([error.message, error.errors[0]!.span], ['not now', [1, 2]])
    return true
  })
})

const gatewayAnswers: [status: number, code: string][] = [
  [429, 'unavailable'],
  [502, 'unavailable'],
  [504, 'unavailable'],
  [500, 'internal'],
  [404, 'missing'],
  [413, 'too-large'],
  [403, 'invalid'],
]
for (const [status, code] of gatewayAnswers) {
  test(`a gateway's own ${status} is ${code}`, async () => {
    const client = answering(() => new Response('{"message":"x"}', { status }))

    await assert.rejects(client.count(), { name: 'ArchiveClientError', status, code })
  })
}

test('a network that fails is unavailable', async () => {
  const client = answering(() => {
    throw new TypeError('fetch failed')
  })

  await assert.rejects(client.count(), { status: 0, code: 'unavailable' })
})

test('an answer without its control line is never taken for whole', async () => {
  const answer = answering(() => new Response('{"n":1}\n{"n":2}\n')).search()
  const cut = answering(() => new Response('{"n":1}\n{"_end":{')).search()

  await assert.rejects(collect(answer), { code: 'unavailable', message: /broke off/ })
  await assert.rejects(collect(cut), { code: 'unavailable' })
  assert.throws(() => answer.end(), /not read to its end/)
})

test('a problem in the middle of an answer is thrown after the events before it', async () => {
  const problem = { detail: 'gone', code: 'corrupt', errors: [] }
  const body = `{"n":1}\n{"_error":${JSON.stringify(problem)}}\n`
  const answer = answering(() => new Response(body)).search()
  const events: unknown[] = []

  await assert.rejects(
    async () => {
      for await (const event of answer) events.push(event)
    },
    { message: 'gone', code: 'corrupt' },
  )

  assert.deepEqual(events, [{ n: 1 }])
})

test('stopping early cancels the answer; characters that were cut are whole', async () => {
  let cancelled = false
  const bytes = Buffer.from('{"n":"é"}\n'.repeat(3))
  let at = 0
  const body = new ReadableStream({
    pull(controller) {
      controller.enqueue(bytes.subarray(at, at + 1))
      at++
    },
    cancel() {
      cancelled = true
    },
  })

  for await (const event of answering(() => new Response(body)).search()) {
    assert.deepEqual(event, { n: 'é' })
    break
  }

  assert.equal(cancelled, true)
})
