import { ArchiveError } from '../core/errors.ts'
import { isObject, type JsonObject, textOf } from './envelope.ts'
import { type Call, type Item, itemsOf } from './items.ts'

/**
 * As `itemsOf`, of a function that is given its own dead letters again: messages of this queue hold
 * calls that services made in vain, in an envelope of Lambda. Each stands for all that its call
 * brought. In messages of any other queue an envelope is an event like others.
 */
export function itemsWithDeadLetters(call: unknown, queueArn: string | undefined): Call {
  const { items, failures } = itemsOf(call)
  const records = isObject(call) && Array.isArray(call.Records) ? call.Records : []
  const isOurs = (record: unknown) =>
    queueArn !== undefined && isObject(record) && record.eventSourceARN === queueArn
  return {
    failures,
    items: items.map((item, position) => {
      const record = records[position]
      const envelope = isOurs(record) ? envelopeIn(record.body) : undefined
      return envelope ? letterItem(item, envelope) : item
    }),
  }
}

/** Undefined for what was never a call: S3, SNS and EventBridge leave their message as it was. */
function envelopeIn(body: unknown): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(textOf(body) ?? '')
    return isObject(value) && isObject(value.requestContext) ? value : undefined
  } catch {
    return undefined
  }
}

function letterItem({ failureId }: Item, envelope: JsonObject): Item {
  return {
    failureId,
    async *pieces(settings) {
      const { requestPayload, KinesisBatchInfo: lost } = envelope
      if (requestPayload === undefined) {
        const records = JSON.stringify(lost ?? Object.keys(envelope))
        throw new ArchiveError('missing', `a dead letter tells of records without them: ${records}`)
      }
      for (const item of itemsOf(requestPayload).items) yield* item.pieces(settings)
    },
  }
}
