import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Asked, judge } from '../../lib/access/judge.ts'
import { asScopes } from '../../lib/access/scope.ts'
import { routes } from '../../lib/api/app.ts'

/** A line as a person writes it: `GET /v1/search?stream=web/*`. */
function asked(line: string): Asked {
  const [method = '', address = ''] = line.split(' ')
  const [path = '', query = ''] = address.split('?')
  return { method, path, query: [...new URLSearchParams(query)] }
}

const may = (scopes: string, line: string) => judge(asScopes(scopes.split(' ')), asked(line))

const allowed: readonly (readonly [scopes: string, line: string])[] = [
  ['ingest', 'POST /v1/events'],
  ['ingest', 'POST /v1/streams/web/eu/events'],
  ['ingest:web/', 'POST /v1/streams/web/eu/events'],
  ['ingest:web/', 'POST /v1/streams/web%2Feu/events'],
  ['ingest:web/ ingest:app', 'POST /v1/streams/app/events'],
  ['ingest', 'GET /v1/health'],
  ['ingest:web/', 'GET /openapi.json'],
  ['read', 'GET /v1/search?q=x'],
  ['read', 'HEAD /v1/streams/web/events'],
  ['read', 'POST /v1/search'],
  ['read', 'GET /v1/erase'],
  ['read:web/', 'GET /v1/streams/web/eu/events'],
  ['read:web/', 'GET /v1/search?q=x&stream=web/*'],
  ['read:web/', 'GET /v1/search?stream=web%2F**'],
  ['read:web/', 'GET /v1/streams?prefix=web/e'],
  ['read:web/', 'GET /v1/events/x%20y/context?stream=web/eu'],
  ['read:web/ read:app/', 'GET /v1/tail?stream=app/**'],
  ['admin', 'POST /v1/erase'],
  ['admin', 'POST /v1/events'],
  ['admin', 'GET /v1/usage'],
]
const refused: readonly (readonly [scopes: string, line: string, reason: RegExp])[] = [
  ['read', 'POST /v1/events', /no scope ingest/],
  ['read', 'POST /v1/streams/web/events', /no scope ingest/],
  ['ingest', 'GET /v1/search', /no scope read/],
  ['ingest read', 'POST /v1/erase', /no scope admin/],
  ['ingest read', 'DELETE /v1/search', /no scope admin/],
  ['ingest read', 'POST /v1/whatever', /no scope admin/],
  ['ingest:web/', 'POST /v1/streams/app/events', /append to web\/\*\*, not to app/],
  ['ingest:web/', 'POST /v1/streams/web/events', /not to web$/],
  ['read:web/', 'GET /v1/search?q=x', /give one stream/],
  ['read:web/', 'GET /v1/search?stream=', /not all streams/],
  ['read:web/', 'GET /v1/search?stream=web/*&stream=**', /give one stream/],
  ['read:web/', 'GET /v1/search?stream=**', /not all streams/],
  ['read:web/', 'GET /v1/search?stream=we*', /not we/],
  ['read:web/', 'GET /v1/search?stream=?eb/x', /not all streams/],
  ['read:web/', 'GET /v1/streams/app/events', /not app/],
  ['read:web/', 'GET /v1/streams', /give one prefix/],
  ['read:web/', 'GET /v1/streams?prefix=w', /not w$/],
  ['read:web/', 'GET /v1/streams?stream=web/', /give one prefix/],
  ['read:web/', 'POST /v1/search?stream=web/*', /ask with GET/],
  ['read:web/', 'GET /v1/usage', /tells of all streams/],
  ['read:web/', 'GET /v1/policies?stream=web/*', /tells of all streams/],
  ['read:web/', 'GET /v1/erase/1?stream=web/x', /tells of all streams/],
  ['read:web/', 'GET /v1/search/?stream=web/x', /tells of all streams/],
  ['read', 'GET /v1/streams/%zz/events', /cannot be read/],
  ['read:web/', 'GET /v1/streams/web%252Fx/events', /cannot be read/],
  ['read:web/', 'GET /v1/streams/web/../app/events', /cannot be read/],
  ['read:web/', 'GET /v1/streams/web/%2e%2e/app/events', /cannot be read/],
  ['read:web/', 'GET /v1/search%3Fstream=web/x', /cannot be read/],
]

describe('who has a key with scopes', () => {
  for (const [scopes, line] of allowed) {
    test(`${scopes} may ${line}`, () => {
      assert.equal(may(scopes, line).allowed, true)
    })
  }

  for (const [scopes, line, reason] of refused) {
    test(`${scopes} may not ${line}`, () => {
      const verdict = may(scopes, line)

      assert.match(verdict.allowed ? 'allowed' : verdict.reason, reason)
    })
  }

  test('is told which streams the events of an append may name', () => {
    assert.deepEqual(may('ingest:web/ read', 'POST /v1/events'), {
      allowed: true,
      streams: ['web/'],
    })
    assert.deepEqual(may('ingest:web/ ingest', 'POST /v1/events'), { allowed: true })
  })

  test('of some streams reads only where the address says which, whatever routes there are', () => {
    const open = routes
      .filter(({ method, path }) => {
        const address = path.replaceAll(/\{\w+\}/g, 'app')
        return may('read:web/ ingest:web/', `${method} ${address}`).allowed
      })
      .map(({ operation }) => operation)

    assert.deepEqual(open, ['appendAnywhere', 'health'])
  })

  test('a question that may be asked of some streams takes the parameter that says which', () => {
    const asks = routes.filter(
      ({ method, path }) =>
        method === 'GET' &&
        may('read:web/', `GET ${path.replaceAll(/\{\w+\}/g, 'x')}?stream=web/x`).allowed,
    )

    assert.ok(asks.length >= 10)
    for (const { operation, queryParameters } of asks) {
      assert.ok(operation === 'health' || 'stream' in queryParameters, operation)
    }
  })
})
