import { ArchiveError } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import { epochToMicros, parseTime } from '../core/time.ts'
import {
  contextOf,
  type Envelope,
  idOf,
  isObject,
  type JsonObject,
  nameOfArn,
  streamOf,
  textOf,
} from './envelope.ts'
import { isS3Notification, isS3Record, objectsOfRecord } from './landed-object.ts'
import type { Piece } from './pieces.ts'
import { type Author, attributesOf, envelopeOfSns, isBridgeEvent, piecesOf } from './pieces.ts'

/** One thing that succeeds or fails as a whole. */
export interface Item {
  /** Its name in a report of failures, where the source takes one. */
  readonly failureId: string | undefined
  readonly pieces: (settings: Settings) => AsyncIterable<Piece> | Iterable<Piece>
}

export interface Call {
  readonly items: readonly Item[]
  /**
   * How failures are told. `each`: all failed items. `lowest`: the first; the source sends all from
   * there on again. `throw`: the source takes no report and sends everything again.
   */
  readonly failures: 'each' | 'lowest' | 'throw'
}

/** What AWS calls the function with, by its shape. Throws `invalid` for a shape it cannot tell. */
export function itemsOf(call: unknown): Call {
  if (isObject(call)) {
    const { awslogs, Records: records } = call
    if (isObject(awslogs)) return { items: [logsItem(awslogs)], failures: 'throw' }
    if (isBridgeEvent(call)) return { items: [wholeItem(call)], failures: 'throw' }
    if (isS3Notification(call) && !Array.isArray(records)) return { items: [], failures: 'throw' }
    if (Array.isArray(records) && records.length > 0) return recordsCall(records)
  }
  const names = isObject(call) ? Object.keys(call).slice(0, 10).join(', ') : typeof call
  throw new ArchiveError(
    'invalid',
    `this call has ${names || 'no members'}, expected an event of CloudWatch Logs, S3, SQS, SNS, ` +
      'Kinesis, DynamoDB or EventBridge',
  )
}

function recordsCall(records: readonly unknown[]): Call {
  const [first] = records
  const { eventSource, EventSource } = isObject(first) ? first : {}
  if (eventSource === 'aws:sqs') return { items: records.map(sqsItem), failures: 'each' }
  if (eventSource === 'aws:kinesis') return { items: records.map(kinesisItem), failures: 'lowest' }
  if (eventSource === 'aws:dynamodb') {
    return { items: records.map(dynamoItem), failures: 'lowest' }
  }
  if (eventSource === 'aws:s3') return { items: records.map(s3Item), failures: 'throw' }
  if (EventSource === 'aws:sns') return { items: records.map(snsItem), failures: 'throw' }
  const source = JSON.stringify(eventSource ?? EventSource)
  throw new ArchiveError('invalid', `records of the source ${source} are not known`)
}

function logsItem({ data }: JsonObject): Item {
  const envelope = { stream: 'aws/logs', timeMicros: undefined, id: idOf(undefined, data) }
  return payloadItem(undefined, base64(data), envelope, 'producer')
}

function wholeItem(event: JsonObject): Item {
  const envelope = { stream: 'aws/events', timeMicros: undefined, id: idOf(event.id, event) }
  return payloadItem(undefined, Buffer.from(JSON.stringify(event)), envelope, 'service')
}

function sqsItem(record: unknown): Item {
  const { messageId, body, attributes, messageAttributes, eventSourceARN } = membersOf(record)
  const { SentTimestamp, MessageGroupId } = membersOf(attributes)
  const context = contextOf({
    attributes: attributesOf(messageAttributes),
    messageGroup: MessageGroupId,
  })
  const envelope = {
    stream: streamOf(nameOfArn(eventSourceARN), 'sqs'),
    timeMicros: parseTime(textOf(SentTimestamp) ?? ''),
    id: idOf(messageId, record),
    ...(context && { context }),
  }
  const payload = Buffer.from(typeof body === 'string' ? body : JSON.stringify(record))
  return payloadItem(textOf(messageId), payload, envelope, 'service')
}

function snsItem(record: unknown): Item {
  const notification = membersOf(membersOf(record).Sns)
  const { Message } = notification
  const payload = Buffer.from(typeof Message === 'string' ? Message : JSON.stringify(record))
  return payloadItem(undefined, payload, envelopeOfSns(notification), 'service')
}

function kinesisItem(record: unknown): Item {
  const { kinesis, eventID, eventSourceARN } = membersOf(record)
  const { data, sequenceNumber, partitionKey, approximateArrivalTimestamp } = membersOf(kinesis)
  const envelope = {
    stream: streamOf(nameOfArn(eventSourceARN), 'kinesis'),
    timeMicros: epochMicros(approximateArrivalTimestamp),
    // Shard and sequence number: `shardId-000000000006:49590338271490256608…`.
    id: idOf(eventID, record),
    context: { partitionKey },
  }
  return payloadItem(textOf(sequenceNumber), base64(data), envelope, 'producer')
}

/** The change as it is, with keys and images in the way DynamoDB spells them. */
function dynamoItem(record: unknown): Item {
  const { dynamodb, eventID, eventSourceARN } = membersOf(record)
  const { SequenceNumber, ApproximateCreationDateTime } = membersOf(dynamodb)
  const [, table] = /:table\/([^/]+)/.exec(textOf(eventSourceARN) ?? '') ?? []
  const envelope = {
    stream: streamOf(table, 'dynamodb'),
    timeMicros: epochMicros(ApproximateCreationDateTime),
    id: idOf(eventID, record),
  }
  const payload = Buffer.from(JSON.stringify(record))
  return payloadItem(textOf(SequenceNumber), payload, envelope, 'producer')
}

function s3Item(record: unknown): Item {
  const objects = isS3Record(record) ? objectsOfRecord(record) : []
  return { failureId: undefined, pieces: () => objects.map(object => ({ object })) }
}

function payloadItem(
  failureId: string | undefined,
  payload: Buffer,
  envelope: Envelope,
  author: Author,
): Item {
  return { failureId, pieces: settings => piecesOf(payload, envelope, author, settings) }
}

function membersOf(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

function base64(data: unknown): Buffer {
  return Buffer.from(textOf(data) ?? '', 'base64')
}

function epochMicros(value: unknown): number | undefined {
  return typeof value === 'number' ? epochToMicros(value) : undefined
}
