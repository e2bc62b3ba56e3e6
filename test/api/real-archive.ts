import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { makeBatchKey } from '../../lib/client/batch-key.ts'
import { type ArchiveClient, Producer } from '../../lib/client/client.ts'
import type { Served } from '../acceptance/served.ts'

type Check = (served: Served) => Promise<void>

/** Client, HTTP and engine, all of them real: an empty archive for each check. */
export function answersWithEngine(open: () => Promise<Served>): void {
  for (const [name, check] of Object.entries(checks)) {
    test(name, async () => {
      const served = await open()
      try {
        await check(served)
      } finally {
        await served.close()
      }
    })
  }
  describe('a question that cannot be answered', () => {
    let served: Served
    before(async () => {
      served = await open()
    })
    after(() => served.close())

    for (const [ask, status, code] of faults) {
      test(`${String(ask).slice('client => '.length)} is refused with ${status}`, () =>
        assert.rejects(ask(served.client), { name: 'ArchiveClientError', status, code }))
    }
  })
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of source) all.push(item)
  return all
}

const line = (n: number) =>
  `{"@time":"2026-11-20T10:00:${String(n).padStart(2, '0')}Z","n":${n},"big":1234567890123456789}`

const checks: Readonly<Record<string, Check>> = {
  'what was appended is read in pages, byte for byte, before and after folding': async ({
    client,
    fold,
  }) => {
    const sent = Array.from({ length: 60 }, (_, n) => line(n))
    await client.append('web/eu', sent.slice(0, 30).join('\n'))
    await client.append('web/eu', sent.slice(30).join('\n'))

    for (const work of [async () => {}, fold]) {
      await work()
      const lines: string[] = []
      for (let cursor: string | undefined; ; ) {
        const page = client.read('web/eu', { order: 'asc', limit: 25, ...(cursor && { cursor }) })
        lines.push(...(await collect(page.lines())))
        if (page.end().complete) break
        cursor = page.end().cursor!
      }
      const received = lines.map(text => text.replace(/^.*?,"n"/, '"n"'))
      assert.deepEqual(
        received,
        sent.map(text => text.replace(/^.*?,"n"/, '"n"')),
      )
    }
  },

  'every question is answered by the engine, in absolute times': async ({ client }) => {
    await client.append('web/eu', Array.from({ length: 60 }, (_, n) => line(n)).join('\n'))
    const range = { from: '2026-11-20T10:00:10Z', to: '2026-11-20T10:00:20Z' }

    assert.equal((await client.count({ q: 'n:>=15', ...range })).count, 5)
    const histogram = await client.histogram({ interval: 'hour', ...range })
    assert.deepEqual(histogram.intervals, [{ start: '2026-11-20T10:00:00.000000Z', count: 10 }])
    assert.equal(histogram.end.range.from, '2026-11-20T10:00:10.000000Z')
    assert.equal((await client.values('big')).count, 60)
    const { streams } = await client.streams({ prefix: 'web/' })
    assert.deepEqual(
      streams.map(({ stream, count }) => [stream, count]),
      [['web/eu', 60]],
    )
    assert.equal((await client.usage()).tail.events, 60)
  },

  'an idempotency key stores a batch once, also after folding': async ({ client, fold }) => {
    for (const key of ['my-own-key', makeBatchKey(Date.now())]) {
      await client.append('a', line(1), { key })
      await fold()
      await client.append('a', line(1), { key })
    }

    assert.equal((await client.count()).count, 2)
  },

  'an answer ends with its budget and is continued at its cursor': async ({ client }) => {
    await client.append('a', [{ n: 1 }])
    await client.append('a', [{ n: 2 }])

    const first = client.search({ max_requests: 1 })
    const found = await collect(first)
    const second = client.search({ max_requests: 20 })

    assert.deepEqual([found, first.end().complete, first.end().stoppedBy], [[], false, 'requests'])
    assert.equal((await collect(second)).length, 2)
    const { count, end } = await client.count({ max_dollars: 1e-9 })
    assert.deepEqual([count, end.stoppedBy], [0, 'dollars'])
  },

  'a question is explained before it is asked': async ({ client }) => {
    await client.append('a', [{ n: 1 }])

    const { bound, objects, parts } = await client.explain({ question: 'count', q: 'n:1' })
    const { end } = await client.count({ q: 'n:1' })

    assert.deepEqual([objects.fresh, parts[0]?.query], [1, 'n:1'])
    // A slow store is asked twice, which no bound foresees.
    const { requests, hedges } = end.receipt
    assert.ok(requests.get - hedges <= bound.requests.get)
  },

  'a producer over a real connection stores every event once and names the bad ones': async ({
    client,
  }) => {
    const producer = new Producer({ client, stream: 'a', maxEvents: 50, maxAgeMillis: 5 })

    const sends = Array.from({ length: 500 }, (_, n) =>
      producer.send(n % 100 === 7 ? { n, '@time': 'never' } : { n }),
    )
    const fates = await Promise.allSettled(sends)
    await producer.close()

    const refused = fates.flatMap((fate, n) => (fate.status === 'rejected' ? [n] : []))
    assert.deepEqual(refused, [7, 107, 207, 307, 407])
    const events = await collect(client.read('a', { limit: 1000 }))
    assert.equal(new Set(events.map(event => event.n)).size, 495)
    assert.equal(events.length, 495)
  },
}

const faults: [ask: (client: ArchiveClient) => Promise<unknown>, status: number, code: string][] = [
  [client => collect(client.search({ q: '(a' })), 400, 'invalid'],
  [client => client.count({ q: 'a AND' }), 400, 'invalid'],
  [client => collect(client.read('nobody')), 404, 'missing'],
  [client => collect(client.search({ cursor: 'garbage' })), 400, 'invalid'],
  [client => client.histogram({ interval: 'day', tz: 'Mars/Base' }), 400, 'invalid'],
  [client => client.append('a', '{"@time":"never"}'), 400, 'invalid'],
  [client => client.append('a', '{}', { key: 'ä' }), 400, 'invalid'],
  [client => client.append('a', `{"m":"${'x'.repeat(2 ** 20)}"}`), 400, 'invalid'],
]
