import assert from 'node:assert/strict'
import { request as rawRequest } from 'node:http'
import { after, before, test } from 'node:test'
import { isRefused, type Refusal } from './refusal.ts'
import { refusedAppends, refusedStreams } from './refused-appends.ts'
import { refusedQuestions } from './refused-questions.ts'
import type { Served } from './served.ts'

/**
 * What every server refuses, and how it says so. `elsewhere`: names of what something before the
 * server refuses in its own words.
 */
export function refusesBadRequests(
  open: () => Promise<Served>,
  elsewhere: readonly string[] = [],
): void {
  let served: Served
  let cursor: string
  const own = ({ name }: Refusal) => !elsewhere.includes(name)

  before(async () => {
    served = await open()
    await served.client.append('good', [{ n: 1 }, { n: 2 }, { n: 3 }])
    const first = served.client.search({ q: 'n:*', limit: 1 })
    await Array.fromAsync(first)
    cursor = first.end().cursor!
  })

  after(async () => {
    await served.close()
  })

  for (const each of [...refusedAppends, ...refusedStreams].filter(own)) {
    test(`${each.name}: a problem that says so, and nothing is stored`, async () => {
      await isRefused(served.url, { method: 'POST', ...each })

      assert.equal((await served.client.count()).count, 3)
    })
  }

  for (const each of refusedQuestions.filter(own)) {
    test(`${each.name}: a problem that says so`, () => isRefused(served.url, each))
  }

  test('a cursor of another question: a problem that says so', () =>
    isRefused(served.url, {
      name: 'another question',
      path: `/v1/search?q=n:1&cursor=${encodeURIComponent(cursor)}`,
      status: 400,
      code: 'invalid',
      says: /cursor.*other|another/,
      at: { pointer: '/cursor' },
    }))

  test('bad lines among good ones: the good ones are stored, the others named', async () => {
    const lines = '{"n":4}\n{oops}\n[5]\n{"@time":"never"}\n{"n":6}\n'

    const answer = await served.client.append('mixed', lines)

    assert.deepEqual([answer.accepted, answer.rejected], [2, 3])
    assert.deepEqual(
      answer.errors.map(({ line }) => line),
      [2, 3, 4],
    )
    assert.equal((await served.client.count({ stream: 'mixed' })).count, 2)
  })

  test('a request that breaks off in the middle stores nothing', async () => {
    await breakOff(`${served.url}/v1/streams/broken/events`)

    assert.equal((await served.client.count({ stream: 'broken' })).count, 0)
  })
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
