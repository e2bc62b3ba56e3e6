import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createApp } from '../../lib/api/app.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { defaultSettings } from '../../lib/core/settings.ts'
import { FakeArchive } from './fake-archive.ts'

const page = 'https://app.example.com'
const outside = { archive: new FakeArchive(), settings: defaultSettings, clock: systemClock }
const open = createApp({ ...outside, origins: [page] })
const closed = createApp(outside)

const preflight = (origin: string) =>
  new Request('http://api/v1/search', {
    method: 'OPTIONS',
    headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
  })
const from = (origin: string | undefined, method = 'GET', path = '/v1/health') =>
  new Request(`http://api${path}`, {
    method,
    headers: { ...(origin && { Origin: origin, 'Sec-Fetch-Site': 'cross-site' }) },
    ...(method === 'POST' && { body: '{"n":1}\n' }),
  })

describe('a page of an origin that was named', () => {
  test('is told what it may send', async () => {
    const answer = await open.fetch(preflight(page))

    assert.equal(answer.status, 204)
    assert.equal(answer.headers.get('Access-Control-Allow-Origin'), page)
    assert.equal(answer.headers.get('Access-Control-Allow-Methods'), 'GET, POST')
    assert.match(answer.headers.get('Access-Control-Allow-Headers')!, /Authorization/)
    assert.equal(answer.headers.get('Access-Control-Allow-Credentials'), null)
    assert.equal(answer.headers.get('Vary'), 'Origin')
  })

  test('asks, appends, and reads why something failed', async () => {
    const asked = await open.fetch(from(page))
    const appended = await open.fetch(from(page, 'POST', '/v1/streams/web/events'))
    const failed = await open.fetch(from(page, 'GET', '/v1/nowhere'))

    assert.deepEqual([asked.status, failed.status], [200, 404])
    assert.notEqual(appended.status, 403)
    for (const answer of [asked, appended, failed]) {
      assert.equal(answer.headers.get('Access-Control-Allow-Origin'), page)
      assert.match(answer.headers.get('Access-Control-Expose-Headers')!, /Retry-After/)
    }
  })
})

describe('a page of another origin', () => {
  for (const [what, app] of [
    ['of an API that is open to some', open],
    ['of an API that is open to none', closed],
  ] as const) {
    test(`reads nothing and appends nothing ${what}`, async () => {
      for (const origin of ['https://other.example', `${page}.other.example`, 'null']) {
        const asked = await app.fetch(from(origin))
        const appended = await app.fetch(from(origin, 'POST', '/v1/streams/web/events'))
        const preflighted = await app.fetch(preflight(origin))

        assert.equal(appended.status, 403)
        for (const answer of [asked, appended, preflighted]) {
          assert.equal(answer.headers.get('Access-Control-Allow-Origin'), null)
        }
      }
    })
  }
})

test('an answer that depends on who asks says so to caches', async () => {
  assert.equal((await open.fetch(from(undefined))).headers.get('Vary'), 'Origin')
  assert.equal((await closed.fetch(from(undefined))).headers.get('Vary'), null)
})
