import assert from 'node:assert/strict'
import test, { before } from 'node:test'
import { createApp } from '../../lib/api/app.ts'
import type { Problem } from '../../lib/api/problem.ts'
import { openArchive } from '../../lib/archive.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { defaultSettings } from '../../lib/core/settings.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import { flipByte } from '../support/operated-archive.ts'

const lineOf = (n: number) =>
  `{"@time":"2026-11-20T10:0${n}:00Z","@stream":"web/${n % 2}","@id":"e${n}","n":${n}}`

interface Damage {
  readonly object: string
  readonly startByte: number
  readonly endByte: number
  readonly streams: readonly string[]
  readonly from: string
  readonly to: string
  readonly eventCount: number
}

let ask: (path: string, init?: RequestInit) => Promise<Response>
const store = new MemoryStore(systemClock)

/** Six events in a bucket that cannot be opened, and after them three in a fresh batch. */
before(async () => {
  const archive = await openArchive({ store, settings: { groupCommitMillis: 0 } })
  const append = (numbers: readonly number[]) =>
    archive.append({ lines: Buffer.from(numbers.map(lineOf).join('\n')), stream: 'web/0' })
  await append([0, 1, 2, 3, 4, 5])
  await archive.brigadeOnce()
  await append([6, 7, 8])
  const [bucket] = (await store.list('buckets/')).objects
  await flipByte(store, bucket!.key, -30)
  const app = createApp({ archive, settings: defaultSettings, clock: systemClock })
  ask = async (path, init) => await app.request(`http://archive${path}`, init)
})

const doors = [
  '/v1/search?q=n:*',
  '/v1/streams/web/0/events',
  '/v1/count?q=n:/./',
  '/v1/histogram?interval=minute&q=n:/./',
  '/v1/fields/n/values',
  '/v1/terms?term=web*',
  '/v1/fields',
  '/v1/hours?interval=minute&q=n:*',
  '/v1/streams',
  '/v1/events/e8/context?before=5',
]

for (const door of doors) {
  test(`${door} names what it had to do without, in its end and in a header`, async () => {
    const response = await ask(door)

    assert.equal(response.status, 200)
    assert.equal(response.headers.get('Varve-Damage'), '1')
    const { end } = (await response.json()) as { end: { damage: Damage[] } }
    const [{ object, startByte, endByte, from, to, eventCount, streams } = fail()] = end.damage
    assert.match(object, /^buckets\//)
    assert.ok(startByte === 0 && endByte > 100)
    assert.deepEqual([from, to], ['2026-11-20T10:00:00.000000Z', '2026-11-20T10:05:00.000001Z'])
    assert.deepEqual([eventCount, streams], [6, []])
  })
}

function fail(): never {
  throw new Error('it names no damage')
}

test('all other events are in the answer, as lines too', async () => {
  const response = await ask('/v1/search?order=asc', {
    headers: { Accept: 'application/x-ndjson' },
  })

  assert.equal(response.headers.get('Varve-Damage'), '1')
  const lines = (await response.text()).trimEnd().split('\n')
  const parsed = lines.map(line => JSON.parse(line))
  assert.deepEqual(
    parsed.slice(0, -1).map(event => event['@id']),
    ['e6', 'e7', 'e8'],
  )
  assert.equal(parsed.at(-1)._end.damage.length, 1)
})

test('a whole answer has no such header', async () => {
  const response = await ask('/v1/search?from=2026-11-20T10:06Z')

  assert.equal(response.headers.get('Varve-Damage'), null)
})

test('an event that may lie in what is damaged is not simply missing', async () => {
  const response = await ask('/v1/events/e1')

  assert.equal(response.status, 404)
  const { detail, errors } = (await response.json()) as Problem
  assert.match(detail, /as far as the archive can be read/)
  assert.match(errors[1]!.detail, /^buckets\/.* bytes 0-\d+: /)
})

test('of a stream that may lie in what is damaged nobody says that there is none', async () => {
  const response = await ask('/v1/streams/web/02/events')

  assert.equal(response.status, 200)
  assert.equal(response.headers.get('Varve-Damage'), '1')
})

test('a damaged catalog is an error that says what helps, at every door', async () => {
  const spoiled = new MemoryStore(systemClock)
  for (const { key } of (await store.list('')).objects)
    await spoiled.create(key, (await store.get(key))!.bytes)
  await flipByte(spoiled, 'catalog', -3)
  const archive = await openArchive({ store: spoiled })
  const app = createApp({ archive, settings: defaultSettings, clock: systemClock })

  for (const door of [...doors, '/v1/usage']) {
    const response = await app.request(`http://archive${door}`)

    assert.equal(response.status, 500, door)
    const { code, errors } = (await response.json()) as Problem
    assert.equal(code, 'corrupt')
    assert.match(errors[0]!.hint!, /varve rebuild/)
  }
})
