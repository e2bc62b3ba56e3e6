import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { isOwnObject, streamOfObject } from '../../lib/sources/landed-object.ts'
import * as aws from './calls.ts'
import { sourcesWorld, unavailable } from './sources-world.ts'

const key = 'web/eu/2026/11/20/host 1+2.ndjson.gz'
const encodedKey = 'web/eu/2026/11/20/host+1%2B2.ndjson.gz'
const lines = Array.from({ length: 40 }, (_, n) => `{"time":${1_795_176_000 + n},"n":${n}}\n`)
const numbers = Array.from({ length: 40 }, (_, n) => n)

async function landedWorld(changes = {}) {
  const world = await sourcesWorld(changes)
  const numbersStored = async () => (await world.stored()).map(event => event.n)
  world.landed.objects.set(`landing/${key}`, gzipSync(lines.join('')))
  return { ...world, numbersStored }
}

const s3 = aws.s3Call([encodedKey])
const doors: readonly (readonly [name: string, call: object])[] = [
  ['S3 itself', s3],
  ['SQS', aws.sqsCall([['m1', JSON.stringify(s3)]])],
  ['SNS', aws.snsCall([['n1', JSON.stringify(s3)]])],
  ['SNS and SQS', aws.sqsCall([['m1', aws.snsBody('n1', JSON.stringify(s3))]])],
  ['EventBridge', aws.objectCreatedEvent(key)],
  ['EventBridge and SQS', aws.sqsCall([['m1', JSON.stringify(aws.objectCreatedEvent(key))]])],
]
for (const [name, call] of doors) {
  test(`an object that ${name} tells of is imported once`, async () => {
    const world = await landedWorld()

    await world.call(call)
    await world.call(call)
    await world.call(s3)
    await world.fold()

    assert.deepEqual(await world.numbersStored(), numbers)
    assert.equal((await world.stored())[0]!['@stream'], 'web/eu')
  })
}

for (const [name, call] of [
  ['a test event', aws.s3TestEvent],
  ['a test event by way of SQS', aws.sqsCall([['m1', JSON.stringify(aws.s3TestEvent)]])],
  ['a removed object', aws.s3Call([encodedKey], 'ObjectRemoved:Delete')],
  ['an empty object', aws.s3Call([encodedKey], 'ObjectCreated:Put', 0)],
] as const) {
  test(`${name} is passed over`, async () => {
    const world = await landedWorld()

    assert.deepEqual(await world.call(call), { batchItemFailures: [] })
    assert.equal(world.landed.gets, 0)
    assert.deepEqual(await world.stored(), [])
  })
}

test('an import that ends with its call goes on in the next', async () => {
  const world = await landedWorld({ importBatchEvents: 4, importGroupBatches: 2 })
  const call = aws.sqsCall([['m1', JSON.stringify(s3)]])
  const end = new AbortController()
  world.faults.after = bytes => {
    if (bytes.includes('"n":20')) end.abort(unavailable)
  }

  const first = await world.call(call, end.signal)
  const begun = await world.numbersStored()
  world.faults.after = () => {}
  const second = await world.call(call)

  assert.deepEqual(first, { batchItemFailures: [{ itemIdentifier: 'm1' }] })
  assert.ok(begun.length > 8 && begun.length < 40)
  assert.deepEqual(second, { batchItemFailures: [] })
  await world.fold()
  assert.deepEqual(await world.numbersStored(), numbers)
})

test('a new content under the same key is imported too', async () => {
  const world = await landedWorld()
  await world.call(s3)
  world.landed.objects.set(`landing/${key}`, Buffer.from('{"time":1795177000,"n":40}\n'))
  await world.call(s3)

  assert.deepEqual(await world.numbersStored(), [...numbers, 40])
})

for (const [name, content, error] of [
  ['is gone', undefined, /not there any more/],
  ['no format reads', Buffer.from('fd377a585a000000', 'hex'), /is a xz file/],
  ['is damaged', gzipSync(lines.join('')).subarray(0, 60), /gzip/],
] as const) {
  test(`an object that ${name} blocks nothing and leaves an event that says so`, async () => {
    const world = await landedWorld()
    if (content) world.landed.objects.set(`landing/${key}`, content)
    else world.landed.objects.delete(`landing/${key}`)
    const call = aws.sqsCall([
      ['m1', JSON.stringify(s3)],
      ['m2', '{"a":1}'],
    ])

    const reports = [await world.call(call), await world.call(call)]
    const stored = await world.stored()

    assert.deepEqual(reports, Array(2).fill({ batchItemFailures: [] }))
    const told = stored.filter(event => event['@error'])
    assert.equal(told.length, 1)
    assert.match(String(told[0]!['@error']), error)
    assert.deepEqual(told[0]!['@source'], { bucket: 'landing', key })
    assert.ok(stored.some(event => event.a === 1))
  })
}

test('one object that fails has only its message sent again', async () => {
  const world = await landedWorld()
  world.faults.before = bytes => {
    if (bytes.includes('"n":')) throw unavailable
  }
  const call = aws.sqsCall([
    ['m1', JSON.stringify(s3)],
    ['m2', '{"a":1}'],
  ])

  const report = await world.call(call)

  assert.deepEqual(report, { batchItemFailures: [{ itemIdentifier: 'm1' }] })
})

test('objects of the archive itself are not imported into it', () => {
  const isOwn = (url: string, objectKey: string) =>
    isOwnObject(url, { bucket: 'landing', key: objectKey, timeMicros: undefined })

  assert.ok(isOwn('s3://landing', 'tail/01KA.zst'))
  assert.ok(isOwn('s3://landing/a/b', 'a/b/buckets/x'))
  assert.ok(!isOwn('s3://landing', 'incoming/tail/x.log'))
  assert.ok(!isOwn('s3://landing/a', 'ab/tail/x'))
  assert.ok(!isOwn('s3://other', 'tail/01KA.zst'))
})

for (const [objectKey, stream] of [
  ['web/eu/access.log', 'web/eu'],
  ['firehose/2026/11/20/12/delivery-1-2026-11-20-12-00-00-9f.gz', 'firehose'],
  [
    'AWSLogs/123456789012/CloudTrail/eu-central-1/2026/11/20/x.json.gz',
    'AWSLogs/123456789012/CloudTrail/eu-central-1',
  ],
  ['logs/app=shop/year=2026/month=11/day=20/x.json', 'logs/app=shop'],
  ['2026/11/20/x.log', 'landing'],
  ['x.log', 'landing'],
  ['möbel und mehr/../x.log', 'm-bel-und-mehr'],
] as const) {
  test(`what lands at ${objectKey} belongs to ${stream}`, () => {
    const found = streamOfObject({ bucket: 'landing', key: objectKey, timeMicros: undefined })

    assert.equal(found, stream)
  })
}
