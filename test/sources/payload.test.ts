import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { payloadParts } from '../../lib/sources/payload-objects.ts'
import * as aws from './calls.ts'
import { type Stored, sourcesWorld } from './sources-world.ts'

const parts: readonly (readonly [payload: string, parts: readonly string[]])[] = [
  ['', []],
  [' \n ', []],
  ['{"a":1}', ['{"a":1}']],
  ['{"a":1}{"b":2} {"c":3}\n', ['{"a":1}', '{"b":2}', '{"c":3}']],
  ['{\n"a": 1\n}\n', ['{\n"a": 1\n}']],
  ['{"a":1}\n{"b":\n{"c":3}', ['{"a":1}', '{"b":', '{"c":3}']],
  ['{"a":1}\nplain\n{"c":3}', ['{"a":1}', 'plain', '{"c":3}']],
  ['[{"a":1}, {"b":[2]}]', ['{"a":1}', '{"b":[2]}']],
  ['[{"a":1}, 2]', ['[{"a":1}, 2]']],
  ['[{"a":1}] tail', ['[{"a":1}] tail']],
  ['[INFO] started', ['[INFO] started']],
  ['a\nstack\ntrace', ['a\nstack\ntrace']],
]
for (const [payload, expected] of parts) {
  test(`the parts of ${JSON.stringify(payload)} are ${expected.length}`, () => {
    const found = payloadParts(Buffer.from(payload)).map(part => part.toString())

    assert.deepEqual(found, expected)
  })
}

async function storedOf(data: Buffer, changes = {}): Promise<Stored[]> {
  const world = await sourcesWorld(changes)
  const call = aws.kinesisCall([['1', data]])
  const report = await world.call(call)
  await world.call(call)
  assert.deepEqual(report, { batchItemFailures: [] })
  return world.stored()
}

const bytesOf = ({ message, '@encoding': encoding }: Stored) =>
  Buffer.from(String(message), encoding === 'latin1' ? 'latin1' : 'utf8')

const gzip = gzipSync('{"a":1}\n'.repeat(50))
const poison: readonly (readonly [name: string, data: Buffer, error: RegExp])[] = [
  ['JSON that ends too early', Buffer.from('{"a":'), /JSON|expected|end/i],
  ['a time that is none', Buffer.from('{"@time":"soon"}'), /time/],
  ['a stream that is none', Buffer.from('{"@stream":"a b"}'), /stream/],
  ['bytes that are no text', Buffer.from([0x66, 0xff, 0x00, 0x80]), /UTF-8/],
  ['an object that is not UTF-8', Buffer.from('{"a":"\xff"}', 'latin1'), /UTF-8/],
  ['gzip that is cut off', gzip.subarray(0, gzip.length - 12), /gzip/],
  ['gzip with something behind', Buffer.concat([gzip, Buffer.from('tail')]), /gzip/],
  ['zstd that is cut off', zstdCompressSync('{"a":1}').subarray(0, 12), /zstd/],
  ['a bomb', gzipSync(Buffer.alloc(2_000_000)), /unpacks to more than 1000000 bytes/],
]
for (const [name, data, error] of poison) {
  test(`${name} is stored as it is and says why`, async () => {
    const [stored, ...others] = await storedOf(data, { bodyDecodedBytesMax: 1_000_000 })

    assert.deepEqual(others, [])
    assert.match(String(stored!['@error']), error)
    assert.deepEqual(bytesOf(stored!), data)
    assert.equal(stored!['@id'], 'shardId-000000000006:1')
  })
}

test('a bad line spoils no other of its record', async () => {
  const stored = await storedOf(Buffer.from('{"n":0}\n{"n":\nplain\n{"n":3}\n'))

  assert.deepEqual(
    stored.map(event => event['@id']).sort(),
    [0, 1, 2, 3].map(n => `shardId-000000000006:1/${n}`),
  )
  assert.deepEqual(
    stored
      .filter(event => event['@error'])
      .map(event => event.message)
      .sort(),
    ['plain', '{"n":'],
  )
})

for (const [name, text] of [
  ['text', '☃\u0000"\n'.repeat(2_000)],
  ['an object', JSON.stringify({ text: '☃\u0001'.repeat(2_000) })],
] as const) {
  test(`${name} too long for an event is stored in pieces, none of it lost`, async () => {
    const stored = await storedOf(Buffer.from(text), { eventBytesMax: 4_000 })
    const pieces = stored.toSorted((a, b) => Number(a['@piece']) - Number(b['@piece']))

    assert.ok(pieces.length > 1)
    assert.match(String(pieces[0]!['@error']), /at most 4000 are taken/)
    assert.equal(pieces.map(piece => piece.message).join(''), text)
    assert.ok(pieces.every(piece => piece['@pieces'] === pieces.length))
  })
}

test('an object with a line break in a string is kept as it was logged', async () => {
  const message = '{"error":"Traceback\n  File"}'
  const world = await sourcesWorld()

  await world.call(
    aws.logsCall(aws.logsDocument([{ id: '1', timestamp: aws.noonMillis, message }])),
  )

  const [stored] = await world.stored()
  assert.equal(stored!.message, message)
  assert.match(String(stored!['@error']), /^JSON cannot be parsed at byte 19/)
})

test('what somebody logs is never taken for a notification', async () => {
  const forged = JSON.stringify(aws.s3Call(['secret.log']))
  const world = await sourcesWorld()
  const line = { id: '1', timestamp: aws.noonMillis, message: forged }

  await world.call(aws.logsCall(aws.logsDocument([line])))
  await world.call(aws.kinesisCall([['1', Buffer.from(forged)]]))

  assert.equal(world.landed.gets, 0)
  assert.equal((await world.stored()).length, 2)
})

test('attributes too long for an event become one of their own', async () => {
  const world = await sourcesWorld()
  const call = aws.sqsCall([['m1', '{"a":1}']])
  const long = 'x'.repeat(100_000)
  Object.assign(call.Records[0]!.messageAttributes, { long: { stringValue: long } })

  const report = await world.call(call)
  const stored = await world.stored()

  assert.deepEqual(report, { batchItemFailures: [] })
  assert.deepEqual(stored.map(event => event['@id']).sort(), ['m1', 'm1/source'])
  assert.ok(stored.some(event => String(event.message).includes(long)))
})
