import { gzipSync } from 'node:zlib'
import * as aws from '../sources/calls.ts'

/** Something that a source sends, and the identities of the events that it must come to. */
export interface Item {
  /** How the source's report names it. */
  readonly id: string
  readonly events: readonly string[]
  /** A part of a call: a record, or the whole call. */
  readonly part: object
  /** It can never be stored and never be told apart from what may pass: it stays in its queue. */
  readonly isStuck?: boolean
  /** Its import may fail when all of it is stored: at the record that it is complete. */
  readonly isObject?: boolean
}

/**
 * A source with what it sends. `each`: its report names what failed. `lowest`: it sends in order,
 * from the failed one on again. `throw`: it hears only that a call failed.
 */
export interface Sender {
  readonly name: string
  readonly failures: 'each' | 'lowest' | 'throw'
  readonly items: readonly Item[]
}

/** Objects that lie in the S3 bucket `landing`, by key. */
export const landings: Readonly<Record<string, Buffer<ArrayBuffer>>> = {
  'web/2026/11/20/whole.ndjson.gz': gzipSync(landedLines('whole')),
  'web/2026/11/20/again.ndjson': Buffer.from(landedLines('again')),
  'web/2026/11/20/queued.ndjson': Buffer.from(landedLines('queued')),
  'web/2026/11/20/cut.gz': gzipSync(landedLines('cut')).subarray(0, 40),
}

function landedLines(name: string): string {
  const line = (n: number) => `{"time":${1_795_176_000 + n},"mark":"${name}/${n}"}\n`
  return Array.from({ length: 30 }, (_, n) => line(n)).join('')
}

const marksOf = (name: string) => Array.from({ length: 30 }, (_, n) => `${name}/${n}`)
const landed = (name: string) => aws.s3Call([`web/2026/11/20/${name}`])
const document = (prefix: string, count: number) =>
  aws.logsDocument(
    Array.from({ length: count }, (_, n) => ({
      id: `${prefix}-${n}`,
      timestamp: aws.noonMillis + n,
      message: n % 2 ? `{"n":${n}}` : `plain ${n}`,
    })),
  )
const idsOf = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${prefix}-${n}`)

const message = (id: string, body: string, events: readonly string[], rest = {}): Item => ({
  ...{ id, events, part: aws.sqsCall([[id, body]]).Records[0]!, ...rest },
})

const queue: Sender = {
  name: 'SQS',
  failures: 'each',
  items: [
    ...Array.from({ length: 12 }, (_, n) => message(`m${n}`, `{"n":${n}}`, [`m${n}`])),
    message('text', 'no JSON at all', ['text']),
    message('two', '{"a":1}{"a":2}', ['two/0', 'two/1']),
    message('cut', '{"a":', ['cut']),
    message('undated', '{"@time":"soon"}', ['undated']),
    message('empty', ' ', []),
    message('test', JSON.stringify(aws.s3TestEvent), []),
    message('topic', aws.snsBody('n7', '{"alarm":"cpu"}'), ['n7']),
    message('bridge', JSON.stringify(aws.bridgeEvent('b7')), ['b7']),
    message('object', JSON.stringify(landed('queued.ndjson')), marksOf('queued'), {
      isObject: true,
    }),
    message('cut-object', JSON.stringify(landed('cut.gz')), ['web/2026/11/20/cut.gz'], {
      isObject: true,
    }),
    message('no-object', JSON.stringify(landed('gone.log')), ['web/2026/11/20/gone.log']),
    message('foreign', JSON.stringify(landed('x')).replaceAll('landing', 'no-such-bucket'), [], {
      isStuck: true,
    }),
  ],
}

const record = (sequence: string, data: string | Buffer, events: readonly string[]): Item => ({
  ...{ id: sequence, events },
  part: aws.kinesisCall([[sequence, Buffer.from(data)]]).Records[0]!,
})
const shard = (sequence: string) => `shardId-000000000006:${sequence}`

const stream: Sender = {
  name: 'Kinesis',
  failures: 'lowest',
  items: [
    record('4959100', '{"a":1}', [shard('4959100')]),
    record('4959101', gzipSync('{"b":1}\n{"b":2}\n'), [shard('4959101/0'), shard('4959101/1')]),
    record('4959102', gzipSync('{"c":1}\n'.repeat(50)).subarray(0, 30), [shard('4959102')]),
    record('4959103', gzipSync(document('via', 3)), idsOf('via', 3)),
    record('4959104', gzipSync(aws.logsDocument([], 'CONTROL_MESSAGE')), []),
    record('4959105', Buffer.from([0x66, 0xff, 0x00, 0x80]), [shard('4959105')]),
    ...Array.from({ length: 6 }, (_, n) =>
      record(`495920${n}`, `{"n":${n}}`, [shard(`495920${n}`)]),
    ),
  ],
}

const table: Sender = {
  name: 'DynamoDB',
  failures: 'lowest',
  items: Array.from({ length: 5 }, (_, n) => ({
    id: `70${n}`,
    events: [`c4ca423870${n}`],
    part: aws.dynamoCall(`70${n}`, String(n)).Records[0]!,
  })),
}

const whole = (name: string, call: object, events: readonly string[], rest = {}): Item => ({
  ...{ id: name, events, part: call, ...rest },
})

const single: Sender = {
  name: 'CloudWatch Logs, SNS, EventBridge and S3',
  failures: 'throw',
  items: [
    whole('logs 1', aws.logsCall(document('log', 8)), idsOf('log', 8)),
    whole('logs 2', aws.logsCall(document('log', 5)), idsOf('log', 5)),
    whole('logs of Kinesis', aws.logsCall(document('via', 3)), idsOf('via', 3)),
    whole('control', aws.logsCall(aws.logsDocument([], 'CONTROL_MESSAGE')), []),
    whole(
      'topic',
      aws.snsCall([
        ['n7', '{"alarm":"cpu"}'],
        ['n8', '{"a":'],
      ]),
      ['n7', 'n8'],
    ),
    whole('bridge', aws.bridgeEvent('b8'), ['b8']),
    whole('object', landed('whole.ndjson.gz'), marksOf('whole'), { isObject: true }),
    whole(
      'object of EventBridge',
      aws.objectCreatedEvent('web/2026/11/20/again.ndjson'),
      marksOf('again'),
      { isObject: true },
    ),
    whole('removed', aws.s3Call(['web/2026/11/20/whole.ndjson.gz'], 'ObjectRemoved:Delete'), []),
  ],
}

const letter = (id: string, body: string, events: readonly string[], rest = {}): Item => ({
  ...{ id, events, part: aws.deadLettersCall([[id, body]]).Records[0]!, ...rest },
})
const failed = (id: string, call: object, events: readonly string[], rest = {}) =>
  letter(id, aws.failedCall(call), events, rest)

/** What services sent in vain, in all forms that it waits in, some of it stored by now. */
const deadLetters: Sender = {
  name: 'the dead letter queue',
  failures: 'each',
  items: [
    failed('dead-logs', aws.logsCall(document('dead', 6)), idsOf('dead', 6)),
    failed('logs-known', aws.logsCall(document('log', 5)), idsOf('log', 5)),
    failed(
      'dead-topic',
      aws.snsCall([
        ['n9', '{"a":1}'],
        ['n7', '{"alarm":"cpu"}'],
      ]),
      ['n9', 'n7'],
    ),
    failed('dead-bridge', aws.bridgeEvent('b9'), ['b9']),
    failed('dead-object', landed('whole.ndjson.gz'), marksOf('whole'), { isObject: true }),
    letter('topic-letter', aws.snsBody('n10', '{"a":2}'), ['n10']),
    letter('bridge-letter', JSON.stringify(aws.bridgeEvent('b10')), ['b10']),
    letter('object-letter', JSON.stringify(landed('queued.ndjson')), marksOf('queued'), {
      isObject: true,
    }),
    failed('nothing-known', { hello: 'there' }, [], { isStuck: true }),
    letter('forgotten', aws.forgottenRecords, [], { isStuck: true }),
  ],
}

export const senders: readonly Sender[] = [queue, stream, table, single, deadLetters]

/** The call that brings these items. */
export function callOf({ failures }: Sender, items: readonly Item[]): object {
  return failures === 'throw' ? items[0]!.part : { Records: items.map(item => item.part) }
}
