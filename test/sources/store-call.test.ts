import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import * as aws from './calls.ts'
import { type Stored, sourcesWorld, unavailable } from './sources-world.ts'

const noon = '2026-11-20T12:00:00.000000Z'
const logLine = (n: number, message: string): aws.LogLine => ({
  id: `3195310660696698337880902507980421114328961542429${n}`,
  timestamp: aws.noonMillis + n,
  message,
})
const twoLines = [logLine(0, 'START'), logLine(1, '{"level":"info","n":1}')]
const logContext = {
  owner: '123456789012',
  logGroup: '/aws/lambda/checkout',
  logStream: '2026/11/20/[$LATEST]0f3a',
}
const twoStored: readonly Stored[] = [
  {
    '@time': noon,
    '@stream': 'aws/lambda/checkout',
    '@id': twoLines[0]!.id,
    message: 'START',
    '@source': logContext,
  },
  {
    '@time': '2026-11-20T12:00:00.001000Z',
    '@stream': 'aws/lambda/checkout',
    '@id': twoLines[1]!.id,
    level: 'info',
    n: 1,
    '@source': logContext,
  },
]
const orderContext = { attributes: { tenant: 'acme' } }
const kinesis = (sequence: number, data: string | Buffer) =>
  [`4959${sequence}`, Buffer.from(data)] as const

/** A call and what is stored of it. */
const calls: readonly (readonly [name: string, call: object, stored: readonly Stored[]])[] = [
  ['log events of CloudWatch, text and JSON', aws.logsCall(aws.logsDocument(twoLines)), twoStored],
  [
    'a control message of CloudWatch',
    aws.logsCall(aws.logsDocument(twoLines, 'CONTROL_MESSAGE')),
    [],
  ],
  [
    'messages of SQS',
    aws.sqsCall([
      ['m1', '{"order":1}'],
      ['m2', 'text'],
    ]),
    [
      { '@time': noon, '@stream': 'orders', '@id': 'm1', order: 1, '@source': orderContext },
      { '@time': noon, '@stream': 'orders', '@id': 'm2', message: 'text', '@source': orderContext },
    ],
  ],
  [
    'a message of SQS that says its own time, stream and id',
    aws.sqsCall([['m3', '{"@stream":"own","@id":7,"ts":1795176000}']]),
    [{ '@time': noon, '@stream': 'own', '@id': '7', ts: 1795176000, '@source': orderContext }],
  ],
  [
    'records of Kinesis, one of them several lines',
    aws.kinesisCall([kinesis(1, '{"a":1}'), kinesis(2, gzipSync('{"b":1}\n{"b":2}\n'))]),
    [
      ['1', { a: 1 }],
      ['2/0', { b: 1 }],
      ['2/1', { b: 2 }],
    ].map(([id, members]) => ({
      ...{ '@time': noon, '@stream': 'clicks', '@id': `shardId-000000000006:4959${id}` },
      ...(members as object),
      '@source': { partitionKey: 'p1' },
    })),
  ],
  [
    'log events of CloudWatch by way of Kinesis, in two members of gzip',
    aws.kinesisCall([
      kinesis(3, Buffer.concat(twoLines.map(line => gzipSync(aws.logsDocument([line]))))),
    ]),
    twoStored,
  ],
  [
    'a notification of SNS',
    aws.snsCall([['n1', '{"alarm":"cpu"}']]),
    [
      {
        '@time': noon,
        '@stream': 'alerts',
        '@id': 'n1',
        alarm: 'cpu',
        '@source': { subject: 'Alarm', attributes: { severity: 'high' } },
      },
    ],
  ],
  [
    'the same notification by way of SQS',
    aws.sqsCall([['m4', aws.snsBody('n1', '{"alarm":"cpu"}')]]),
    [
      {
        '@time': noon,
        '@stream': 'alerts',
        '@id': 'n1',
        alarm: 'cpu',
        '@source': { subject: 'Alarm', attributes: { severity: 'high' } },
      },
    ],
  ],
  [
    'an event of EventBridge, whole',
    aws.bridgeEvent('b1'),
    [
      {
        '@time': noon,
        '@stream': 'aws.ec2/EC2-Instance-State-change-Notification',
        '@id': 'b1',
        ...aws.bridgeEvent('b1'),
      },
    ],
  ],
  [
    'a change of DynamoDB, whole',
    aws.dynamoCall('111', '101'),
    [
      {
        '@time': noon,
        '@stream': 'Users',
        '@id': 'c4ca4238111',
        ...aws.dynamoCall('111', '101').Records[0],
      },
    ],
  ],
]

const byId = (events: readonly Stored[]) =>
  events.toSorted((a, b) => (String(a['@id']) < String(b['@id']) ? -1 : 1))

for (const [name, call, expected] of calls) {
  test(`a call stores ${name}, once however often it comes`, async () => {
    const world = await sourcesWorld()

    const first = await world.call(call)
    const early = await world.stored()
    await world.fold()
    await world.call(call)
    const late = await world.stored()
    await world.fold()

    assert.deepEqual(first, { batchItemFailures: [] })
    for (const stored of [early, late, await world.stored()]) {
      assert.deepEqual(byId(stored), byId(expected))
    }
  })
}

test('what comes again in other mixes, and through other doors, is stored once', async () => {
  const world = await sourcesWorld()
  const messages = Array.from({ length: 30 }, (_, n) => [`m${n}`, `{"n":${n}}`] as const)
  const mixes = [messages.slice(0, 20), messages.slice(5, 25), messages.slice(13), messages]

  for (const [n, mix] of mixes.entries()) {
    await world.call(aws.sqsCall(mix.toReversed()))
    await world.call(aws.logsCall(aws.logsDocument(twoLines.slice(n % 2))))
    if (n % 2 === 1) await world.fold()
  }
  await world.call(aws.kinesisCall([kinesis(9, gzipSync(aws.logsDocument(twoLines)))]))
  const before = await world.stored()
  await world.fold()

  assert.equal(before.length, 32)
  assert.equal((await world.stored()).length, 32)
  const { count } = await world.archive.count({})
  assert.equal(count, 32)
})

test('a store that fails has exactly its messages of SQS sent again', async () => {
  const world = await sourcesWorld({ groupBytesMax: 100 })
  world.faults.before = lines => {
    if (lines.includes('"bad"')) throw unavailable
  }
  const bodies = ['good', 'good', 'bad', 'good'].map((how, n) => [`m${n}`, `{"how":"${how}"}`])

  const report = await world.call(aws.sqsCall(bodies as [string, string][]))

  assert.deepEqual(report, { batchItemFailures: [{ itemIdentifier: 'm2' }] })
  assert.deepEqual(world.failures, ['m2: ArchiveError: the store is away'])
  assert.deepEqual((await world.stored()).map(event => event['@id']).sort(), ['m0', 'm1', 'm3'])
})

test('all messages whose PUT failed are sent again, also when it took effect', async () => {
  const world = await sourcesWorld()
  const call = aws.sqsCall([
    ['m1', '{"a":1}'],
    ['m2', '{"a":2}'],
  ])
  world.faults.after = () => {
    throw unavailable
  }
  const lost = await world.call(call)
  world.faults.after = () => {}
  const again = await world.call(call)

  assert.deepEqual(
    lost.batchItemFailures.map(failure => failure.itemIdentifier),
    ['m1', 'm2'],
  )
  assert.deepEqual(again, { batchItemFailures: [] })
  assert.equal((await world.stored()).length, 2)
})

test('Kinesis is told the lowest failed record, and nothing behind it is begun', async () => {
  const world = await sourcesWorld({ groupBytesMax: 100 })
  world.faults.before = lines => {
    if (lines.includes('"bad"')) throw unavailable
  }
  const bodies = ['good', 'bad', 'bad', 'good', 'good']
  const records = bodies.map((how, n) =>
    kinesis(n, `{"how":"${how}","padding":"${'x'.repeat(99)}"}`),
  )

  const report = await world.call(aws.kinesisCall(records))

  assert.deepEqual(report, { batchItemFailures: [{ itemIdentifier: '49591' }] })
  assert.ok(world.appends() < bodies.length)
  const stored = (await world.stored()).map(event => event['@id'])
  assert.ok(stored.includes('shardId-000000000006:49590'))
})

for (const [name, call] of [
  ['CloudWatch Logs', aws.logsCall(aws.logsDocument(twoLines))],
  ['SNS', aws.snsCall([['n1', 'x']])],
  ['EventBridge', aws.bridgeEvent('b1')],
] as const) {
  test(`${name} takes no report: what failed is thrown, so that it comes again`, async () => {
    const world = await sourcesWorld()
    world.faults.before = () => {
      throw unavailable
    }

    await assert.rejects(world.call(call), unavailable)
    world.faults.before = () => {}
    await world.call(call)

    assert.ok((await world.stored()).length > 0)
  })
}

test('a call that is over stores nothing more and has the rest sent again', async () => {
  const world = await sourcesWorld({ groupBytesMax: 100 })
  const end = new AbortController()
  world.faults.after = lines => {
    if (lines.includes('"n":1')) end.abort(unavailable)
  }
  const messages = Array.from({ length: 6 }, (_, n) => [`m${n}`, `{"n":${n}}`] as const)

  const report = await world.call(aws.sqsCall(messages), end.signal)
  const stored = (await world.stored()).map(event => event['@id'])

  assert.deepEqual(stored, ['m0', 'm1'])
  assert.deepEqual(
    report.batchItemFailures.map(failure => failure.itemIdentifier),
    ['m2', 'm3', 'm4', 'm5'],
  )
})

for (const call of [undefined, 'x', {}, { Records: [] }, { Records: [{ eventSource: 'aws:x' }] }]) {
  test(`a call that is ${JSON.stringify(call)} is refused with what is known`, async () => {
    const world = await sourcesWorld()

    await assert.rejects(world.call(call), { code: 'invalid', message: /expected|not known/ })
  })
}
