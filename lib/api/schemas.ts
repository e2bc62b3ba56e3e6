/** JSON schemas of answers, as far as more than one route needs them. */

export const object = (properties: Readonly<Record<string, unknown>>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
})

export const arrayOf = (items: unknown) => ({ type: 'array', items })

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` })

/** An `application/json` answer with these members and its end. */
export function answerSchema(members: Readonly<Record<string, unknown>>) {
  return { 'application/json': object({ ...members, end: reference('End') }) }
}

export const eventSchema = reference('Event')

export const hitsSchemas = {
  'application/json': {
    ...object({ events: { type: 'array', items: eventSchema } }),
    oneOf: [
      object({ end: reference('End') }),
      { description: 'The answer broke off', ...object({ error: reference('Problem') }) },
    ],
  },
  'application/x-ndjson': {
    description: 'An event a line, then the control line {"_end":End} or {"_error":Problem}',
    type: 'string',
  },
}

/** How many there are at least; exact: and no more. */
export const atLeastSchema = object({
  least: { type: 'integer' },
  exact: { type: 'boolean' },
})

const time = { type: 'string', format: 'date-time' }
const timeOrNull = { type: ['string', 'null'], format: 'date-time' }
const count = { type: 'integer', minimum: 0 }

/** A finding: where in the input it is and what is wrong with it. */
const detailSchema = {
  type: 'object',
  properties: {
    detail: { type: 'string' },
    pointer: { type: 'string', description: 'JSON pointer into the event, or /parameter' },
    line: { type: 'integer', minimum: 1, description: 'Line of the body, or event of an array' },
    span: { type: 'array', items: count, description: 'Half-open range of characters in q' },
    hint: { type: 'string' },
  },
  required: ['detail'],
}

const number = { type: 'number' }
const receiptMembers = object({
  requests: object({ get: count, list: count, put: count, delete: count }),
  hedges: count,
  rounds: count,
  bytesRead: count,
  bytesWritten: count,
  dollars: number,
  millis: number,
})
const receiptSchema = {
  ...receiptMembers,
  properties: {
    ...receiptMembers.properties,
    scans: {
      description: 'Calls of the scan function; absent: none',
      ...object({ calls: count, gigabyteSeconds: number }),
    },
  },
}

export const componentSchemas = {
  Event: object({ '@time': time, '@stream': { type: 'string' } }),
  End: object({
    complete: { type: 'boolean', description: 'False: ask again with the cursor' },
    stoppedBy: { enum: ['limit', 'requests', 'bytes', 'dollars', null] },
    cursor: { type: ['string', 'null'] },
    range: object({ from: timeOrNull, to: timeOrNull }),
    receipt: receiptSchema,
    damage: {
      type: 'array',
      description: 'What the answer had to do without',
      items: object({
        object: { type: 'string' },
        startByte: count,
        endByte: count,
        streams: { type: 'array', items: { type: 'string' }, description: 'Empty: unknown' },
        from: time,
        to: time,
        eventCount: count,
        reason: { type: 'string' },
      }),
    },
    healed: {
      type: 'array',
      description: 'Damaged parts that parity healed: the answer does not lack them',
      items: object({
        object: { type: 'string' },
        startByte: count,
        endByte: count,
        reason: { type: 'string' },
      }),
    },
    warnings: { type: 'array', items: detailSchema },
  }),
  Appended: object({
    accepted: count,
    rejected: count,
    errors: { type: 'array', items: detailSchema },
    batch: { type: ['string', 'null'] },
  }),
  Problem: object({
    type: { type: 'string' },
    title: { type: 'string' },
    status: count,
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string' },
    errors: { type: 'array', items: detailSchema },
  }),
}
