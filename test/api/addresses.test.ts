import assert from 'node:assert/strict'
import test from 'node:test'
import { routes } from '../../lib/api/app.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { problemIn, serveFake } from './fixture.ts'

test('an unknown address is 404 with a hint, a wrong method 405 with those allowed', async () => {
  const { ask } = serveFake()

  const unknown = await ask('/v2/search')
  const wrong = await ask('/v1/streams/a/b/events', { method: 'DELETE' })

  const problem = await problemIn(unknown)
  assert.deepEqual([problem.status, problem.code], [404, 'missing'])
  assert.match(problem.errors[0]!.hint!, /openapi\.json/)
  assert.deepEqual([wrong.status, wrong.headers.get('Allow')], [405, 'POST, GET, HEAD, OPTIONS'])
})

test('OPTIONS tells the methods and opens nothing to other origins', async () => {
  const headers = { Origin: 'https://elsewhere.example', 'Access-Control-Request-Method': 'POST' }

  const response = await serveFake().ask('/v1/events', { method: 'OPTIONS', headers })

  assert.equal(response.headers.get('Access-Control-Allow-Origin'), null)
  assert.notEqual(response.status, 200)
})

test('a page of another origin cannot append', async () => {
  const { archive, ask } = serveFake()
  const post = (origin: string) =>
    ask('/v1/events', { method: 'POST', body: '{"@stream":"a"}', headers: { Origin: origin } })

  assert.equal((await post('https://elsewhere.example')).status, 403)
  assert.equal((await post('null')).status, 403)
  assert.equal((await post('http://archive')).status, 200)
  const headers = { Origin: 'http://archive', 'Sec-Fetch-Site': 'cross-site' }
  assert.equal((await ask('/v1/events', { method: 'POST', body: '{}', headers })).status, 403)
  assert.equal(archive.requests.length, 1)
})

test('health says whether the store answers', async () => {
  const { archive, ask } = serveFake()

  assert.equal((await ask('/v1/health')).status, 200)
  archive.fault = () => {
    throw new ArchiveError('unavailable', 'the store is gone')
  }
  assert.equal((await ask('/v1/health')).status, 503)
})

interface Operation {
  readonly operationId: string
  readonly parameters: {
    name: string
    in: string
    required: boolean
    schema: { enum?: string[] }
  }[]
  readonly requestBody?: { content: Record<string, unknown> }
}

test('every route is described, and every parameter described is one the route takes', async () => {
  const { ask, append } = serveFake()
  await append('{}')
  const document = (await (await ask('/openapi.json')).json()) as {
    openapi: string
    paths: Record<string, Record<string, Operation>>
  }

  assert.equal(document.openapi, '3.1.0')
  const operations = routes.map(({ path, method }) => document.paths[path]![method.toLowerCase()]!)
  assert.equal(new Set(operations.map(operation => operation.operationId)).size, routes.length)
  for (const [position, operation] of operations.entries()) {
    const { method, path } = routes[position]!
    const query = operation.parameters.filter(parameter => parameter.in === 'query')
    const filled = path.replace(/\{(\w+)\}/, (_, name) => exampleOf(name, {}))
    const address = new URL(filled, 'http://a')
    for (const { name, schema } of query) address.searchParams.set(name, exampleOf(name, schema))
    const body = operation.requestBody ? '{}' : null
    const response = await ask(address.pathname + address.search, { method, body })
    assert.equal(response.status, 200, `${method} ${address}`)
  }
})

const examples: Readonly<Record<string, string>> = {
  max_requests: '100',
  max_bytes: '1000000',
  max_dollars: '0.01',
  freshness: '5s',
  id: '1',
  before: '0',
  after: '3',
  q: 'a',
  term: 'a',
  from: '-1h',
  to: 'now',
  limit: '5',
  cursor: '0',
  tz: 'UTC',
}

function exampleOf(name: string, schema: { enum?: string[] }): string {
  return schema.enum?.[0] ?? examples[name] ?? 'web/eu'
}

test('all references of the description lead somewhere', async () => {
  const text = await (await serveFake().ask('/openapi.json')).text()
  const { components } = JSON.parse(text)

  const names = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
    match => match[1]!,
  )

  assert.ok(names.length > 10)
  for (const name of names) assert.ok(name in components.schemas, name)
})
