import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { hashOfKey } from '../../lib/access/api-key.ts'
import { holdersOf } from '../../lib/access/key-list.ts'
import { consolePaths } from '../../lib/api/console-response.ts'
import { type LocalServer, startServer } from '../../lib/api/local-server.ts'
import { type Archive, openArchive } from '../../lib/archive.ts'

const holderOf = holdersOf([
  { name: 'shipper', hash: hashOfKey('s'), scopes: ['ingest:web/'] },
  { name: 'analyst', hash: hashOfKey('a'), scopes: ['read:web/'] },
  { name: 'officer', hash: hashOfKey('o'), scopes: ['admin'] },
])

describe('a local server with keys', () => {
  let archive: Archive
  let server: LocalServer

  before(async () => {
    archive = await openArchive({ store: 'memory:' })
    server = await startServer({ archive, port: 0, holderOf })
  })

  after(async () => {
    await server.close()
    await archive.close()
  })

  const asks = (key: string | undefined, path: string, init: RequestInit = {}) =>
    fetch(`${server.url}${path}`, {
      ...init,
      headers: {
        ...(key && { Authorization: `Bearer ${key}` }),
        'Content-Type': 'application/x-ndjson',
      },
    })
  const posts = (key: string, path: string, body: string) =>
    asks(key, path, { method: 'POST', body })

  test('shows everybody the page that asks for a key, and tells it so', async () => {
    for (const path of consolePaths) {
      const answer = await asks(undefined, path)

      assert.equal(answer.status, 200, path)
      if (path === '/') assert.match(await answer.text(), /name="varve-auth" content="bearer"/)
    }
    assert.equal((await asks(undefined, '/', { method: 'POST' })).status, 401)
  })

  test('serves nobody else who does not say who they are', async () => {
    for (const path of [
      '/openapi.json',
      '/v1/health',
      '/v1/search',
      '/nowhere',
      '/console.css/x',
    ]) {
      const none = await asks(undefined, path)
      const wrong = await asks('x', path)

      assert.equal(none.status, 401, path)
      assert.match(none.headers.get('WWW-Authenticate')!, /^Basic/)
      assert.equal((await none.json()).code, 'invalid')
      assert.match((await wrong.json()).detail, /not known here/)
    }
  })

  test('lets a key do what its scopes say, and nothing else', async () => {
    assert.equal((await posts('s', '/v1/streams/web/eu/events', '{"n":1}\n')).status, 200)
    assert.equal((await asks('s', '/v1/search')).status, 403)
    assert.equal((await asks('a', '/v1/search?stream=web/**')).status, 200)
    assert.equal((await asks('a', '/v1/search')).status, 403)
    assert.equal((await posts('a', '/v1/erase', '{"q":"x"}')).status, 403)
    assert.equal((await asks('o', '/v1/search?q=n:1')).status, 200)
  })

  test('appends no event to a stream that the key is not for, though it names it', async () => {
    const body = '{"@stream":"app","n":2}\n{"@stream":"web/us","n":3}\n'

    const told = await (await posts('s', '/v1/streams/web/eu/events', body)).json()
    const alone = await posts('s', '/v1/events', '{"@stream":"app","n":4}\n')
    const streams = await (await asks('o', '/v1/streams')).json()

    assert.deepEqual([told.accepted, told.rejected], [1, 1])
    assert.match(told.errors[0].detail, /may not append to app/)
    assert.equal(alone.status, 400)
    assert.deepEqual(
      streams.streams.map((each: { stream: string }) => each.stream),
      ['web/eu', 'web/us'],
    )
  })
})
