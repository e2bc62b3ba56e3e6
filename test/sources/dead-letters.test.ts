import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as aws from './calls.ts'
import { sourcesWorld, unavailable } from './sources-world.ts'

const lines = [0, 1].map(n => ({
  ...{ id: `l${n}`, timestamp: aws.noonMillis + n, message: `line ${n}` },
}))
const call = aws.logsCall(aws.logsDocument(lines))

test('a call made in vain is stored from its dead letter like the call itself', async () => {
  const direct = await sourcesWorld()
  const again = await sourcesWorld()

  await direct.call(call)
  const report = await again.call(aws.deadLettersCall([['m1', aws.failedCall(call)]]))

  assert.deepEqual(report, { batchItemFailures: [] })
  assert.deepEqual(await again.stored(), await direct.stored())
  assert.equal((await again.stored()).length, 2)
})

test('what was stored before, or comes again, is stored once', async () => {
  const { call: send, stored, fold } = await sourcesWorld()
  const letters = aws.deadLettersCall([
    ['m1', aws.failedCall(call)],
    ['m2', aws.snsBody('n1', '{"a":1}')],
  ])

  await send(aws.logsCall(aws.logsDocument(lines.slice(0, 1))))
  await send(letters)
  await fold()
  await send(letters)
  await fold()

  assert.deepEqual((await stored()).map(event => event['@id']).toSorted(), ['l0', 'l1', 'n1'])
})

test('a letter whose events cannot be stored, or that has none, stays in the queue', async () => {
  const { call: send, stored, failures, faults } = await sourcesWorld()
  const letters = aws.deadLettersCall([
    ['forgotten', aws.forgottenRecords],
    ['unknown', aws.failedCall({ hello: 'there' })],
    ['known', aws.failedCall(call)],
  ])
  const told = (...ids: string[]) => ({
    batchItemFailures: ids.map(itemIdentifier => ({ itemIdentifier })),
  })

  faults.before = () => {
    throw unavailable
  }
  assert.deepEqual(await send(letters), told('forgotten', 'unknown', 'known'))
  faults.before = () => {}
  assert.deepEqual(await send(letters), told('forgotten', 'unknown'))

  assert.equal((await stored()).length, 2)
  assert.match(failures.join('\n'), /without them: .*"shardId-000000000001"/)
  assert.match(failures.join('\n'), /this call has hello, expected an event of CloudWatch Logs/)
})

test('in a message of any other queue an envelope is an event', async () => {
  const { call: send, stored } = await sourcesWorld()

  await send(aws.sqsCall([['m1', aws.failedCall(call)]]))

  const [event, ...others] = await stored()
  assert.equal(event!['@id'], 'm1')
  assert.deepEqual(event!.requestPayload, call)
  assert.deepEqual(others, [])
})
