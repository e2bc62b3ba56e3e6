import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Ended, varve } from './program.ts'
import { openWays, type Ways } from './ways.ts'

const folder = mkdtempSync(join(tmpdir(), 'varve-once-'))
const store = `file:${folder}`
const key = 'nightly-2026-11-20'
const twoEqualLines = '{"@time":"2026-11-20T01:00:00Z","m":"paid"}\n'.repeat(2)
let ways: Ways

describe('what arrives more than once', () => {
  before(async () => {
    ways = await openWays(store)
  })

  after(async () => {
    await ways.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('is stored once when the batch has the same Idempotency-Key', async () => {
    const first = await post('orders', twoEqualLines, { 'Idempotency-Key': key })
    const second = await post('orders', twoEqualLines, { 'Idempotency-Key': key })

    assert.equal(first.accepted, 2)
    assert.deepEqual(second, first)
    assert.equal(await countOf('orders'), 2, 'two equal lines are two events')
  })

  test('is stored once when an event has the @id of one in another batch', async () => {
    const event = (text: string) => `{"@id":"4711","@time":"2026-11-20T02:00:00Z","m":"${text}"}\n`
    await post('payments', `${event('a')}{"@time":"2026-11-20T02:00:00Z","m":"other"}\n`)
    await post('payments', event('a'))
    await varve(['append', 'payments', '--store', store], event('a'))

    assert.equal(await countOf('payments'), 2)
  })

  test('is still once when the batch was folded and its tail object deleted', async () => {
    assert.notEqual((await tail()).length, 0)
    assert.equal((await brigade()).exitCode, 0)
    assert.deepEqual(await tail(), [])

    await post('orders', twoEqualLines, { 'Idempotency-Key': key })
    await varve(['append', 'orders', '--key', key, '--store', store], twoEqualLines)

    assert.equal(await countOf('orders'), 2)
    assert.equal(await countOf('payments'), 2)
  })

  test('is still once when the @id comes again after the fold, and is folded, too', async () => {
    const again = '{"@time":"2026-11-20T02:00:00Z","m":"a","@id":"4711"}\n'
    await post('payments', again)
    assert.equal(await countOf('payments'), 2)

    await brigade()

    assert.deepEqual(await tail(), [])
    assert.equal(await countOf('payments'), 2)
    assert.equal(await countOf('orders'), 2)
  })

  test('is another batch when the same key comes with other events', async () => {
    await post('orders', '{"m":"refunded"}\n', { 'Idempotency-Key': key })

    assert.equal(await countOf('orders'), 3)
  })
})

function send(stream: string, body: string, headers: Readonly<Record<string, string>> = {}) {
  return fetch(`${ways.url}/v1/streams/${stream}/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-ndjson', ...headers },
    body,
  })
}

async function post(...sent: Parameters<typeof send>) {
  const response = await send(...sent)
  assert.equal(response.status, 200)
  return response.json() as Promise<{ accepted: number }>
}

/** The count, the same by every way to ask and by number of events. */
async function countOf(stream: string): Promise<number> {
  const asked = { q: '*', stream }
  const { count } = await ways.client.count(asked)
  const { values } = await ways.client.values('m', asked)
  const { intervals } = await ways.client.histogram({ ...asked, interval: 'day' })
  const streams = await ways.client.streams({ prefix: stream })
  const command = await varve(['count', '--stream', stream, '--store', store])
  const counts = [
    (await ways.byClient(asked)).length,
    (await ways.byLambda(asked)).length,
    values.reduce((sum, each) => sum + each.count, 0),
    intervals.reduce((sum, each) => sum + each.count, 0),
    streams.streams[0]?.count,
    Number(command.stdout),
  ]
  assert.deepEqual(counts, Array(counts.length).fill(count), `counted ${count}`)
  return count
}

async function tail(): Promise<readonly string[]> {
  return readdir(join(folder, 'tail')).catch(() => [])
}

function brigade(): Promise<Ended> {
  return varve(['brigade', '--once', '--store', store])
}
