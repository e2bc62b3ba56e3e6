import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ArchiveError } from '../../lib/core/errors.ts'
import { Appender, type AppendRequest } from '../../lib/write/appender.ts'
import { archiveLines, keysUnder } from '../support/archive-lines.ts'
import { makePlace, testStartMicros } from '../support/workplace.ts'

function request(lines: string, more: Partial<AppendRequest> = {}): AppendRequest {
  return { lines: Buffer.from(lines), stream: 'web', ...more }
}

function fails(code: string, message = /./) {
  return (fault: unknown) => {
    return fault instanceof ArchiveError && fault.code === code && message.test(fault.message)
  }
}

test('an event is stamped with the time now and the stream of the request', async () => {
  const place = makePlace()
  const appender = new Appender(place, () => 0)

  const receipt = await appender.append(request('{"a":1}\n{"@time":1,"@stream":"b"}\n'))

  assert.deepEqual({ ...receipt, batch: '' }, { accepted: 2, rejected: 0, errors: [], batch: '' })
  assert.deepEqual(await keysUnder(place.store, 'tail/'), [receipt.batch])
  assert.deepEqual(await archiveLines(place.store), [
    '{"@time":1000000,"@stream":"b"}',
    `{"@time":${testStartMicros},"@stream":"web","a":1}`,
  ])
})

test('blank lines and carriage returns are no events, and lines count from one', async () => {
  const place = makePlace()
  const appender = new Appender(place, () => 0)
  const body = '\r\n{"a":1}\r\n  \t\r\n\n[1]\r\n  {"b":2}  \r\n{"c":3\n\n{"@stream":"a b"}'

  const receipt = await appender.append(request(body))

  assert.equal(receipt.accepted, 2)
  assert.equal(receipt.rejected, 3)
  assert.deepEqual(
    receipt.errors.map(({ line, pointer }) => [line, pointer]),
    [
      [5, undefined],
      [7, undefined],
      [9, '/@stream'],
    ],
  )
  const events = (await archiveLines(place.store)).map(line => line.slice(line.indexOf('web') + 5))
  assert.deepEqual(events, ['"a":1}', '"b":2}'])
})

test('a line that is not UTF-8 is refused, the others are stored', async () => {
  const place = makePlace()
  const appender = new Appender(place, () => 0)
  const broken = [
    Buffer.from('{"a":"\xff"}', 'latin1'),
    Buffer.from('{"a":"\xed\xa0\x80"}', 'latin1'),
    Buffer.from('{"@id":"\xc3"}', 'latin1'),
    Buffer.from('{"\xc0\x80":1}', 'latin1'),
  ]
  const lines = Buffer.concat(
    [...broken, Buffer.from('{"é":"€"}')].flatMap(line => [line, Buffer.from('\n')]),
  )

  const receipt = await appender.append({ lines, stream: 'web' })

  assert.equal(receipt.accepted, 1)
  assert.deepEqual(
    receipt.errors.map(each => [each.line, each.detail]),
    [1, 2, 3, 4].map(line => [line, 'event is not valid UTF-8']),
  )
})

test('an event without stream and one that is too long are refused with their reason', async () => {
  const appender = new Appender(makePlace({ eventBytesMax: 20 }), () => 0)

  const receipt = await appender.append({
    lines: Buffer.from(`{"a":1}\n{"a":"${'x'.repeat(12)}"}\n{"a":"${'x'.repeat(13)}"}`),
  })

  assert.equal(receipt.batch, null)
  assert.deepEqual(
    receipt.errors.map(each => each.detail),
    [
      'event names no stream',
      'event names no stream',
      'event has 21 bytes, at most 20 are allowed',
    ],
  )
})

test('of many faults the first are reported and all are counted', async () => {
  const appender = new Appender(makePlace({ errorDetailsMax: 3 }), () => 0)

  const receipt = await appender.append(request('x\n'.repeat(10)))

  assert.equal(receipt.rejected, 10)
  assert.deepEqual(
    receipt.errors.map(each => each.line),
    [1, 2, 3],
  )
})

test('nothing is put when no line is an event', async () => {
  const place = makePlace()
  const appender = new Appender(place, () => 0)

  assert.equal((await appender.append(request(''))).batch, null)
  assert.equal((await appender.append(request('\n\n'))).batch, null)
  assert.equal((await appender.append(request('x', { key: 'k' }))).batch, null)
  await appender.close()

  assert.deepEqual(await keysUnder(place.store, 'tail/'), [])
})

test('a strict request with one bad line stores nothing and names all faults', async () => {
  const place = makePlace()
  const appender = new Appender(place, () => 0)

  for (const key of [undefined, 'k']) {
    const append = appender.append(
      request('{"a":1}\nx\n{"b":', { strict: true, ...(key && { key }) }),
    )
    await assert.rejects(append, (fault: unknown) => {
      assert.ok(fault instanceof ArchiveError && fault.code === 'invalid')
      assert.deepEqual(
        fault.details.map(each => each.line),
        [2, 3],
      )
      return true
    })
  }

  await appender.close()
  assert.deepEqual(await keysUnder(place.store, 'tail/'), [])
})

test('the request’s stream is checked before anything else', async () => {
  const appender = new Appender(makePlace(), () => 0)

  await assert.rejects(appender.append(request('{}', { stream: '../x' })), fails('invalid'))
})

test('when too many batches wait for the brigade, writers are told when to come back', async () => {
  let waiting = 10
  const appender = new Appender(makePlace({ tailObjectsMax: 10 }), () => waiting)
  await appender.append(request('{}'))

  waiting = 11
  const refused = appender.append(request('{}'))

  await assert.rejects(refused, (fault: unknown) => {
    assert.ok(fault instanceof ArchiveError && fault.code === 'unavailable')
    assert.equal(fault.retryAfterSeconds, 10)
    return true
  })
})
