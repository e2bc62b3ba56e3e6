import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { ArchiveClient } from '../../lib/client/archive-client.ts'
import { Producer, type ProducerOptions } from '../../lib/client/producer.ts'
import { ArchiveError } from '../../lib/core/errors.ts'
import { serveFake } from '../api/fixture.ts'
import { TestTimers } from './test-timers.ts'

type Fault = 'none' | 'lost request' | 'lost response' | '503' | '429' | 'gateway' | 'wrong clock'

const refusals: Readonly<Partial<Record<Fault, () => never>>> = {
  '503': () => refuse('unavailable', '/'),
  '429': () => refuse('unavailable', '/tail'),
  'wrong clock': () => refuse('conflict', 'Idempotency-Key'),
}

function refuse(code: 'unavailable' | 'conflict', pointer: string): never {
  const details = [{ pointer, detail: 'wait' }]
  throw new ArchiveError(code, 'wait', { retryAfterSeconds: 2, details })
}

function produce(options: Partial<ProducerOptions> = {}, faults: Fault[] = []) {
  const { archive, app } = serveFake()
  const timers = new TestTimers()
  const sent: { key: string; body: string }[] = []
  const fetch = async (url: URL, init: RequestInit) => {
    const body = new TextDecoder().decode(init.body as Uint8Array<ArrayBuffer>)
    sent.push({ key: new Headers(init.headers).get('Idempotency-Key')!, body })
    const fault = faults.shift() ?? 'none'
    if (fault === 'lost request') throw new TypeError('reset')
    if (fault === 'gateway') return new Response('<html>', { status: 502 })
    archive.fault = refusals[fault]
    const response = await app.request(url, init)
    if (fault === 'lost response') throw new TypeError('reset')
    return response
  }
  const client = new ArchiveClient({ url: 'http://archive', fetch })
  const producer = new Producer({ client, stream: 'a', timers, ...options })
  const stored = () => archive.hits.map(hit => JSON.parse(hit.line.toString()))
  return { archive, timers, sent, producer, stored }
}

const turns = () => new Promise(resolve => setImmediate(resolve))

test('a batch leaves when it holds enough events, bytes, or is old enough', async () => {
  const { timers, sent, producer } = produce({ maxEvents: 3, maxBytes: 300, maxAgeMillis: 50 })

  const byCount = [1, 2, 3].map(n => producer.send({ n }))
  await Promise.all(byCount)
  assert.equal(sent.length, 1)

  const byBytes = ['x'.repeat(150), 'y'.repeat(150)].map(text => producer.send({ text }))
  await byBytes[0]
  assert.equal(sent.length, 2)

  timers.pass(49)
  await turns()
  assert.equal(sent.length, 2)
  timers.pass(1)
  await byBytes[1]
  assert.equal(sent.length, 3)
})

test('an event without a time is stamped once, in the order of sending', async () => {
  const { producer, stored } = produce()

  void producer.send({ n: 1 })
  void producer.send({ n: 2, '@time': '2020-01-01T00:00:00Z' })
  void producer.send({ n: 3, ts: 1795199622 })
  void producer.send({})
  await producer.close()

  const times = stored().map(event => event['@time'])
  assert.equal(times[0], '2026-11-20T00:00:00.000000Z')
  assert.equal(times[1], '2020-01-01T00:00:00Z')
  assert.match(times[2], /^1970/) // the archive's business
  assert.equal(times[3], '2026-11-20T00:00:00.000001Z')
})

test('a retry is the same bytes under the same key, after the pause asked for', async () => {
  const faults: Fault[] = ['lost response', '503', '429', 'gateway', 'lost request']
  const { producer, sent, stored, timers } = produce({}, faults)

  void producer.send({ n: 1 })
  await producer.flush()

  assert.equal(sent.length, 6)
  assert.equal(new Set(sent.map(({ key, body }) => key + body)).size, 1)
  assert.match(sent[0]!.key, /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/)
  assert.deepEqual(timers.slept, [75, 2000, 2000, 600, 1200])
  assert.equal(stored().length, 1)
})

test('a batch whose key is refused for its time goes once more under one without', async () => {
  const faults: Fault[] = ['wrong clock', 'lost response']
  const { producer, sent, stored, timers } = produce({}, faults)

  await Promise.all([producer.send({ n: 1 }), producer.flush()])

  const [first, ...others] = sent.map(({ key }) => key)
  assert.deepEqual(others, Array(2).fill(`producer-${first}`))
  assert.equal(timers.slept.length, 1)
  assert.equal(stored().length, 1)
})

test('a key that is refused when it may be in use is not replaced', async () => {
  const { producer, sent } = produce({}, ['lost response', 'wrong clock'])

  const sending = producer.send({ n: 1 })
  sending.catch(() => {})
  await producer.flush()

  await assert.rejects(sending, { code: 'conflict' })
  assert.equal(sent.length, 2)
})

test('retrying ends at its deadline and the events are given up as unavailable', async () => {
  const { producer, timers } = produce({ retryMillis: 5000 }, Array(50).fill('503'))

  const sending = producer.send({ n: 1 })
  sending.catch(() => {})
  await producer.flush()

  await assert.rejects(sending, { code: 'unavailable', status: 503 })
  assert.deepEqual(timers.slept, [2000, 2000])
})

test('an attempt without an answer is given up and made again', async () => {
  let attempts = 0
  const timers = new TestTimers()
  const fetch = (_: URL, { signal }: RequestInit) => {
    if (attempts++ > 0) return Promise.resolve(Response.json({ accepted: 1 }))
    return new Promise<never>((_, reject) =>
      signal!.addEventListener('abort', () => reject(signal!.reason)),
    )
  }
  const client = new ArchiveClient({ url: 'http://archive', fetch })
  const producer = new Producer({ client, stream: 'a', timers })

  const sending = producer.send({ n: 1 })
  const flushing = producer.flush()
  await turns()
  timers.pass(30_000)

  await sending
  await flushing
  assert.equal(attempts, 2)
})

test('a refused event is rejected with its own reason, the others are stored', async () => {
  const { producer, stored } = produce()

  const good = producer.send({ n: 1 })
  const bad = producer.send({ n: 2, bad: true })
  bad.catch(() => {})
  await producer.flush()

  await good
  await assert.rejects(bad, { code: 'invalid', message: 'it is bad' })
  assert.deepEqual(
    stored().map(event => event.n),
    [1],
  )
})

test('every event learns its fate when only the first of many faults are listed', async () => {
  const { archive, producer, stored } = produce({ maxEvents: 100 })
  archive.detailsMax = 7

  const sends = Array.from({ length: 100 }, (_, n) => producer.send({ n, bad: n % 3 === 0 }))
  const fates = await Promise.allSettled(sends)

  assert.deepEqual(
    fates.map(fate => fate.status === 'rejected'),
    fates.map((_, n) => n % 3 === 0),
  )
  assert.equal(stored().length, 66)
})

test('a batch that is too large for a limit on the way is sent in halves', async () => {
  const timers = new TestTimers()
  const bodies: number[] = []
  const fetch = async (_: URL, { body }: RequestInit) => {
    const count = new TextDecoder().decode(body as Uint8Array<ArrayBuffer>).split('\n').length - 1
    if (count > 2) return new Response('too large', { status: 413 })
    bodies.push(count)
    return Response.json({ accepted: count })
  }
  const client = new ArchiveClient({ url: 'http://archive', fetch })
  const producer = new Producer({ client, stream: 'a', timers })

  for (let n = 0; n < 5; n++) void producer.send({ n })
  await producer.flush()

  assert.deepEqual(bodies, [2, 1, 2])
})

test('a full buffer refuses events until a batch is done', async () => {
  const { producer, timers } = produce({ maxBufferedBytes: 1000, maxEvents: 1000 })

  const held = [1, 2, 3, 4, 5, 6].map(n => producer.send({ n }).then(() => n))
  const refused = await Promise.allSettled(held.slice(5))
  const [fate] = refused as [PromiseRejectedResult]
  assert.match(String(fate.reason), /buffer is full/)

  const waiting = producer.ready().then(() => producer.send({ n: 7 }))
  timers.pass(200)
  await Promise.all(held.slice(0, 5))
  await turns()
  await producer.flush()
  await waiting
})

test('what is no JSON object is refused at once', async () => {
  const { producer, sent } = produce()
  const circle: Record<string, unknown> = {}
  circle.self = circle

  for (const event of [[1], null, 'text', 1n, circle]) {
    await assert.rejects(producer.send(event as object), TypeError)
  }
  await producer.close()

  assert.equal(sent.length, 0)
  await assert.rejects(producer.send({}), /the producer is closed/)
})

test('leaving the block of `await using` ships what has gathered', async () => {
  const { producer, stored } = produce()

  {
    await using sending = producer
    void sending.send({ n: 1 })
  }

  assert.equal(stored().length, 1)
})

test('whatever the faults, an event is stored once or its sender is told', async () => {
  const fault = fc.constantFrom<Fault>(
    'none',
    'lost request',
    'lost response',
    '503',
    '429',
    'gateway',
  )
  const script = fc.array(fc.record({ bad: fc.boolean(), flush: fc.boolean() }), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(fc.array(fault, { maxLength: 30 }), script, async (faults, events) => {
      const { archive, producer, stored } = produce({ maxEvents: 5, maxInFlight: 2 }, faults)
      archive.detailsMax = 2
      const sends: Promise<void>[] = []
      for (const [n, { bad, flush }] of events.entries()) {
        sends.push(producer.send({ n, ...(bad && { bad }) }))
        sends.at(-1)!.catch(() => {})
        if (flush) await producer.flush()
      }
      await producer.close()
      const fates = await Promise.allSettled(sends)

      const good = events.flatMap(({ bad }, n) => (bad ? [] : [n]))
      assert.deepEqual(
        fates.flatMap((fate, n) => (fate.status === 'fulfilled' ? [n] : [])),
        good,
      )
      assert.deepEqual(
        stored()
          .map(event => event.n)
          .sort((a, b) => a - b),
        good,
      )
    }),
    { numRuns: 200 },
  )
})
