import { epochToMicros } from '../core/time.ts'
import { contextOf, type Envelope, idOf, isObject, type JsonObject, streamOf } from './envelope.ts'

/** A log event of CloudWatch Logs and what its subscription says of it. */
export interface LogEvent {
  readonly message: Buffer
  readonly envelope: Envelope
}

/** What a subscription filter sends, to a Lambda or in a record of Kinesis. */
export function isLogsDocument(document: JsonObject): boolean {
  const { messageType, logEvents } = document
  return typeof messageType === 'string' && Array.isArray(logEvents)
}

/** Its log events; a control message only tells that somebody may listen, and has none. */
export function logEventsOf(document: JsonObject): LogEvent[] {
  const { messageType, owner, logGroup, logStream, logEvents } = document
  if (messageType === 'CONTROL_MESSAGE') return []
  const stream = streamOf(logGroup, 'aws/logs')
  return (logEvents as readonly unknown[]).map(event => {
    const { id, timestamp, message, extractedFields } = isObject(event) ? event : {}
    const context = contextOf({ owner, logGroup, logStream, extractedFields })
    const timeMicros = typeof timestamp === 'number' ? epochToMicros(timestamp) : undefined
    return {
      message: Buffer.from(typeof message === 'string' ? message : JSON.stringify(event)),
      envelope: {
        ...{ stream, timeMicros, id: idOf(id, [logGroup, logStream, event]) },
        ...(context && { context }),
      },
    }
  })
}
