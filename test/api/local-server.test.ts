import assert from 'node:assert/strict'
import { request } from 'node:http'
import { connect } from 'node:net'
import test from 'node:test'
import { startServer } from '../../lib/api/local-server.ts'
import { settingsWith } from '../../lib/core/settings.ts'
import { FakeArchive, freeEnd } from './fake-archive.ts'

test('API and console are served on this machine only, at a free port', async () => {
  const server = await startServer({ archive: new FakeArchive(), port: 0 })

  const health = await fetch(`${server.url}/v1/health`)
  const page = await fetch(server.url)
  const script = await fetch(`${server.url}/console.js`)

  assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/)
  assert.equal(health.status, 200)
  assert.match(page.headers.get('Content-Security-Policy')!, /default-src 'none'/)
  assert.match(await page.text(), /<script type="module" src="console\.js">/)
  assert.match(script.headers.get('Content-Type')!, /^text\/javascript/)
  await server.close()
  await assert.rejects(fetch(server.url))
})

test('a port that is taken is told by number', async () => {
  const server = await startServer({ archive: new FakeArchive(), port: 0 })
  const port = Number(new URL(server.url).port)

  const second = startServer({ archive: new FakeArchive(), port })

  await assert.rejects(second, {
    code: 'invalid',
    message: new RegExp(`^cannot listen on 127.0.0.1, port ${port}: the port is taken`),
  })
  await server.close()
})

test('a foreign name that points to this machine is not served', async () => {
  const server = await startServer({ archive: new FakeArchive(), port: 0 })
  const statusAs = (host: string) =>
    new Promise((resolve, reject) => {
      const asking = request(`${server.url}/v1/health`, { headers: { host } }, response => {
        response.resume()
        resolve(response.statusCode)
      })
      asking.on('error', reject).end()
    })

  const { port } = new URL(server.url)
  assert.equal(await statusAs(`localhost:${port}`), 200)
  assert.equal(await statusAs(`[::1]:${port}`), 200)
  assert.equal(await statusAs('pages.example'), 403)
  assert.equal(await statusAs('127.0.0.1.pages.example'), 403)
  await server.close()
})

test('a connection that breaks stops the question', async () => {
  const archive = new FakeArchive()
  const stopped = Promise.withResolvers<void>()
  archive.search = ({ signal }) => ({
    async *[Symbol.asyncIterator]() {
      signal!.addEventListener('abort', () => stopped.resolve())
      yield { timeMicros: 0, stream: 's', id: '1', line: Buffer.from('{}') }
      await stopped.promise
    },
    end: () => freeEnd,
  })
  const server = await startServer({ archive, port: 0 })

  const asking = request(`${server.url}/v1/search`, response => {
    response.once('data', () => asking.destroy())
  })
  asking.on('error', () => {})
  asking.end()

  await stopped.promise
  await server.close()
})

test('a client that sends headers without end, or its body slowly, is turned away', async () => {
  const settings = settingsWith({ headersMillisMax: 200, requestMillisMax: 400 })
  const server = await startServer({ archive: new FakeArchive(), port: 0, settings })
  const post = 'POST /v1/streams/a/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n'

  const slowHeaders = await answerTo(server.url, post)
  const slowBody = await answerTo(server.url, `${post}\r\n{"a":`)
  const longHeaders = await answerTo(server.url, `${post}X: ${'x'.repeat(70_000)}\r\n`)

  assert.match(slowHeaders, /^HTTP\/1\.1 408 /)
  assert.match(slowBody, /^HTTP\/1\.1 408 /)
  assert.match(longHeaders, /^HTTP\/1\.1 431 /)
  await server.close()
})

test('a query of the greatest length fits into an address', async () => {
  const server = await startServer({ archive: new FakeArchive(), port: 0 })

  const answer = await fetch(`${server.url}/v1/search?q=${encodeURIComponent('中'.repeat(4096))}`)

  assert.equal(answer.status, 200)
  await server.close()
})

/** What the server answers to these bytes before it ends the connection. */
async function answerTo(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => {})
  socket.write(bytes)
  const parts: Buffer[] = []
  for await (const part of socket) parts.push(part)
  return Buffer.concat(parts).toString()
}
