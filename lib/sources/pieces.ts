import type { Settings } from '../core/settings.ts'
import { parseTime } from '../core/time.ts'
import { isLogsDocument, logEventsOf } from './cloudwatch-logs.ts'
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
import { eventLines, rawLines } from './event-line.ts'
import {
  isObjectCreated,
  isS3Notification,
  type LandedObject,
  objectsOfEvent,
  objectsOfNotification,
} from './landed-object.ts'
import { payloadParts } from './payload-objects.ts'
import { unpackPayload } from './unpack-payload.ts'

/** What a record comes to: lines for an append, or an object to import. */
export type Piece = { readonly line: Buffer } | { readonly object: LandedObject }

/**
 * Who wrote a payload. `service`: only who may send to the queue or topic, so what looks like an
 * event of AWS is taken as one. `producer`: whoever writes log lines, which name no object to read.
 */
export type Author = 'service' | 'producer'

/**
 * The pieces of a payload, packed or not: log events of CloudWatch, notifications of S3, what SNS
 * or EventBridge wrap, or events of the producer's own. Nothing is ever refused.
 */
export async function* piecesOf(
  payload: Buffer,
  envelope: Envelope,
  author: Author,
  settings: Settings,
  depth = 0,
): AsyncGenerator<Piece> {
  const { eventBytesMax, bodyDecodedBytesMax, importNestingMax } = settings
  const unpacked = await unpackPayload(payload, bodyDecodedBytesMax)
  if (typeof unpacked === 'string') {
    yield* asPieces(rawLines(payload, envelope, unpacked, eventBytesMax))
    return
  }
  const parts = payloadParts(unpacked)
  for (const [n, part] of parts.entries()) {
    const own = parts.length === 1 ? envelope : { ...envelope, id: `${envelope.id}/${n}` }
    const wrapped = depth < importNestingMax ? unwrap(part, author) : undefined
    if (!wrapped) yield* asPieces(partLines(part, parts.length > 1, own, eventBytesMax))
    else if ('objects' in wrapped) for (const object of wrapped.objects) yield { object }
    else if ('message' in wrapped) {
      yield* piecesOf(wrapped.message, wrapped.envelope, author, settings, depth + 1)
    } else {
      for (const event of wrapped.events) {
        yield* asPieces(eventLines(event.message, event.envelope, eventBytesMax))
      }
    }
  }
}

/** An event of EventBridge is kept whole; of S3's it is the object that counts. */
function unwrapEvent(event: JsonObject, bytes: Buffer): Wrapped {
  if (isObjectCreated(event)) return { objects: objectsOfEvent(event) }
  const { id, time, source } = event
  const stream = streamOf(`${source}/${textOf(event['detail-type']) ?? ''}`, 'aws/events')
  const timeMicros = parseTime(textOf(time) ?? '')
  return { events: [{ message: bytes, envelope: { stream, timeMicros, id: idOf(id, event) } }] }
}

export function isBridgeEvent(document: JsonObject): boolean {
  return (
    textOf(document['detail-type']) !== undefined &&
    textOf(document.source) !== undefined &&
    textOf(document.id) !== undefined &&
    'detail' in document
  )
}

/** What SNS says of a message; the same to a Lambda and within a message of SQS. */
export function envelopeOfSns(notification: JsonObject): Envelope {
  const { MessageId, TopicArn, Timestamp, Subject, MessageAttributes } = notification
  const context = contextOf({ subject: Subject, attributes: attributesOf(MessageAttributes) })
  return {
    stream: streamOf(nameOfArn(TopicArn), 'sns'),
    timeMicros: parseTime(textOf(Timestamp) ?? ''),
    id: idOf(MessageId, notification),
    ...(context && { context }),
  }
}

/** Names and values; SQS and SNS spell the members of an attribute differently. */
export function attributesOf(attributes: unknown): JsonObject | undefined {
  if (!isObject(attributes)) return undefined
  const pairs = Object.entries(attributes).map(([name, attribute]) => {
    if (!isObject(attribute)) return [name, attribute]
    return [name, attribute.stringValue ?? attribute.binaryValue ?? attribute.Value ?? attribute]
  })
  return pairs.length > 0 ? Object.fromEntries(pairs) : undefined
}

type Wrapped =
  | { readonly objects: readonly LandedObject[] }
  | { readonly message: Buffer; readonly envelope: Envelope }
  | { readonly events: readonly { readonly message: Buffer; readonly envelope: Envelope }[] }

const marks = ['"logEvents"', '"s3', '"detail-type"', '"TopicArn"']

function unwrap(part: Buffer, author: Author): Wrapped | undefined {
  if (!marks.some(mark => part.includes(mark))) return undefined
  const document = parsed(part)
  if (!document) return undefined
  if (isLogsDocument(document)) return { events: logEventsOf(document) }
  if (author === 'producer') return undefined
  if (isS3Notification(document)) return { objects: objectsOfNotification(document) }
  if (isBridgeEvent(document)) return unwrapEvent(document, part)
  const { Type, Message, TopicArn } = document
  if (Type !== 'Notification' || typeof Message !== 'string' || !textOf(TopicArn)) return undefined
  return { message: Buffer.from(Message), envelope: envelopeOfSns(document) }
}

function parsed(part: Buffer): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(part.toString('utf8'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined // becomes an event as it is
  }
}

/** Beside objects, a part that is none is damage and not text. */
function partLines(part: Buffer, isOneOfMany: boolean, own: Envelope, bytesMax: number): Buffer[] {
  const isText = isOneOfMany && part[0] !== 0x7b
  return isText
    ? rawLines(part, own, 'this line is no JSON object', bytesMax)
    : eventLines(part, own, bytesMax)
}

function asPieces(lines: readonly Buffer[]): Piece[] {
  return lines.map(line => ({ line }))
}
