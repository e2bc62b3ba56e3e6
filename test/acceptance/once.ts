import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { listTail } from '../../lib/catalog/tail.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { systemRandom } from '../../lib/core/random.ts'
import { openStore } from '../../lib/store/open-store.ts'
import { varve } from './program.ts'
import type { Served } from './served.ts'

const key = 'nightly-2026-11-20'
const twoEqualLines = '{"@time":"2026-11-20T01:00:00Z","m":"paid"}\n'.repeat(2)

/** What arrives more than once, by whatever way, is stored once: one archive, check by check. */
export function storesOnce(open: () => Promise<Served>): void {
  let served: Served
  before(async () => {
    served = await open()
  })
  after(() => served.close())

  for (const [name, check] of Object.entries(checks)) test(name, () => check(served))
}

const checks: Readonly<Record<string, (served: Served) => Promise<void>>> = {
  'is stored once when the batch has the same Idempotency-Key': async served => {
    const first = await post(served, 'orders', twoEqualLines, { 'Idempotency-Key': key })
    const second = await post(served, 'orders', twoEqualLines, { 'Idempotency-Key': key })

    assert.equal(first.accepted, 2)
    assert.deepEqual(second, first)
    assert.equal(await countOf(served, 'orders'), 2, 'two equal lines are two events')
  },

  'is stored once when an event has the @id of one in another batch': async served => {
    const event = (text: string) => `{"@id":"4711","@time":"2026-11-20T02:00:00Z","m":"${text}"}\n`
    await post(served, 'payments', `${event('a')}{"@time":"2026-11-20T02:00:00Z","m":"other"}\n`)
    await post(served, 'payments', event('a'))
    await append(served, ['payments'], event('a'))

    assert.equal(await countOf(served, 'payments'), 2)
  },

  'is still once when the batch was folded and its tail object deleted': async served => {
    assert.notEqual((await tail(served)).length, 0)
    await served.fold()
    assert.deepEqual(await tail(served), [])

    await post(served, 'orders', twoEqualLines, { 'Idempotency-Key': key })
    await append(served, ['orders', '--key', key], twoEqualLines)

    assert.equal(await countOf(served, 'orders'), 2)
    assert.equal(await countOf(served, 'payments'), 2)
  },

  'is still once when the @id comes again after the fold, and is folded, too': async served => {
    const again = '{"@time":"2026-11-20T02:00:00Z","m":"a","@id":"4711"}\n'
    await post(served, 'payments', again)
    assert.equal(await countOf(served, 'payments'), 2)

    await served.fold()

    assert.deepEqual(await tail(served), [])
    assert.equal(await countOf(served, 'payments'), 2)
    assert.equal(await countOf(served, 'orders'), 2)
  },

  'is another batch when the same key comes with other events': async served => {
    await post(served, 'orders', '{"m":"refunded"}\n', { 'Idempotency-Key': key })

    assert.equal(await countOf(served, 'orders'), 3)
  },
}

async function post(
  { url }: Served,
  stream: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
) {
  const response = await fetch(`${url}/v1/streams/${stream}/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-ndjson', ...headers },
    body,
  })
  assert.equal(response.status, 200)
  return response.json() as Promise<{ accepted: number }>
}

async function append({ store }: Served, words: readonly string[], lines: string): Promise<void> {
  const { exitCode, stderr } = await varve(['append', ...words, '--store', store], lines)
  assert.equal(exitCode, 0, stderr)
}

/** The count, the same by every way to ask and by number of events. */
async function countOf({ client, store }: Served, stream: string): Promise<number> {
  const asked = { q: '*', stream }
  const { count } = await client.count(asked)
  const { values } = await client.values('m', asked)
  const { intervals } = await client.histogram({ ...asked, interval: 'day' })
  const { streams } = await client.streams({ prefix: stream })
  const command = await varve(['count', '--stream', stream, '--store', store])
  const counts = [
    (await Array.fromAsync(client.search(asked))).length,
    values.reduce((sum, each) => sum + each.count, 0),
    intervals.reduce((sum, each) => sum + each.count, 0),
    streams[0]?.count,
    Number(command.stdout),
  ]
  assert.deepEqual(counts, Array(counts.length).fill(count), `counted ${count}`)
  return count
}

async function tail({ store }: Served): Promise<readonly unknown[]> {
  const { batches } = await listTail(
    await openStore(store, { clock: systemClock, random: systemRandom }),
  )
  return batches
}
