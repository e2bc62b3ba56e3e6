import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { request as rawRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { isRefused } from './refusal.ts'
import { refusedAppends, refusedStreams } from './refused-appends.ts'
import { refusedQuestions } from './refused-questions.ts'
import { openWays, type Ways } from './ways.ts'

const folder = mkdtempSync(join(tmpdir(), 'varve-bad-requests-'))
let ways: Ways
let cursor: string

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

  for (const each of [...refusedAppends, ...refusedStreams]) {
    test(`${each.name}: a problem that says so, and nothing is stored`, async () => {
      await isRefused(ways.url, { method: 'POST', ...each })

      assert.equal((await ways.client.count()).count, 3)
    })
  }

  for (const each of refusedQuestions) {
    test(`${each.name}: a problem that says so`, () => isRefused(ways.url, each))
  }

  test('a cursor of another question: a problem that says so', () =>
    isRefused(ways.url, {
      name: 'another question',
      path: `/v1/search?q=n:1&cursor=${encodeURIComponent(cursor)}`,
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
