import assert from 'node:assert/strict'
import test from 'node:test'
import { ArchiveError } from '../../lib/core/errors.ts'
import { problemIn, serveFake } from './fixture.ts'

test('a tail is server-sent events: what is new, what was missed, why it ends', async () => {
  const { ask, append } = serveFake()
  await append('{"n":1}\n{"n":2}', { 'Content-Type': 'application/x-ndjson' })

  const response = await ask('/v1/tail?q=n&stream=web/*')

  assert.equal(response.headers.get('Content-Type'), 'text/event-stream')
  const messages = (await response.text()).split('\n\n')
  assert.equal(messages[0], ': following')
  assert.match(messages[1]!, /^data: \{"@time":.*"n":1\}$/)
  assert.match(messages[2]!, /"n":2\}$/)
  assert.equal(messages[3], 'event: missed\ndata: {"batches":2,"events":false}')
})

test('a tail that cannot begin has a status, one that breaks off says why', async () => {
  const { archive, ask } = serveFake()

  const late = await ask('/v1/tail')
  archive.fault = () => {
    throw new ArchiveError('unavailable', 'the store is gone')
  }
  const broken = await late.text()
  const early = await ask('/v1/tail')

  assert.match(broken, /event: problem\ndata: \{"type":"urn:varve:problem:unavailable"/)
  assert.equal((await problemIn(early)).status, 503)
})

test('a tail tells of events that it cannot show', async () => {
  const { archive, ask } = serveFake()
  const bytes = { object: 'tail/a.zst', startByte: 0, endByte: 9 }
  const span = { startMicros: 0, endMicros: 1e6 }
  archive.damage = [{ ...bytes, ...span, streams: ['web/eu'], eventCount: 3, reason: 'torn' }]

  const response = await ask('/v1/tail')

  const told = /event: damage\ndata: (.*)\n/.exec(await response.text())
  const [from, to] = ['1970-01-01T00:00:00.000000Z', '1970-01-01T00:00:01.000000Z']
  assert.deepEqual(JSON.parse(told![1]!), {
    ...bytes,
    ...{ from, to },
    streams: ['web/eu'],
    eventCount: 3,
    reason: 'torn',
  })
})

test('a tail ends when its time is over', async () => {
  const { ask } = serveFake({ followMillisMax: 0 })

  const response = await ask('/v1/tail')

  assert.equal(await response.text(), ': following\n\nevent: end\ndata: {}\n\n')
})
