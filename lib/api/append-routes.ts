import { ArchiveError } from '../core/errors.ts'
import { asStreamName } from '../core/stream-name.ts'
import { jsonResponse } from './answer-end.ts'
import { readBody } from './body.ts'
import { eventLines } from './event-lines.ts'
import type { Parameter } from './parameters.ts'
import { problemResponse } from './problem.ts'
import { choiceParameter } from './question-parameters.ts'
import { type Call, type Route, route } from './route.ts'

const namesParameter = (description: string): Parameter<readonly string[]> => ({
  description,
  schema: { type: 'string' },
  read: text => text.split(',').map(name => name.trim()),
})

const appendParameters = {
  time_field: namesParameter('Members that may hold the time, separated by commas, first wins'),
  id_field: namesParameter("Members that may hold the event's own id, separated by commas"),
  strict: choiceParameter('1: one bad event rejects the whole batch', ['0', '1']),
}

const events = { description: 'One event or many' }

const shared = {
  method: 'POST',
  headerParameters: {
    'Idempotency-Key': 'The same key with the same content is stored once; best a ULID or UUIDv7',
    'Content-Encoding': 'gzip, deflate, zstd or identity',
  },
  queryParameters: appendParameters,
  body: {
    'application/x-ndjson': { type: 'string', description: 'A JSON object a line' },
    'application/json': { ...events, type: ['object', 'array'], items: { type: 'object' } },
    'application/stream+json': { type: 'string', description: 'JSON objects one after another' },
    'text/plain': { type: 'string', description: 'Each line becomes {"message":…}' },
  },
  answer: { 'application/json': { $ref: '#/components/schemas/Appended' } },
  handle: append,
} as const

export const appendRoutes: readonly Route[] = [
  route({
    ...shared,
    path: '/v1/streams/{stream}/events',
    operation: 'append',
    summary: 'Append events to a stream; answers when they are durable',
    pathParameters: { stream: 'Stream name; its slashes may stand as they are' },
  }),
  route({
    ...shared,
    path: '/v1/events',
    operation: 'appendAnywhere',
    summary: 'Append events that name their streams in @stream; answers when they are durable',
  }),
]

async function append(call: Call<typeof appendParameters>) {
  const { archive, settings, query, path, request, streams } = call
  const stream = path.stream === undefined ? undefined : asStreamName(path.stream)
  const body = await readBody(request, settings)
  const contentType = request.headers.get('Content-Type')
  const key = request.headers.get('Idempotency-Key')
  const receipt = await archive.append({
    lines: eventLines(body, contentType, settings.bodyDecodedBytesMax),
    ...(stream !== undefined && { stream }),
    ...(key !== null && { key }),
    ...(query.strict === '1' && { strict: true }),
    ...(query.time_field && { timeFields: query.time_field }),
    ...(query.id_field && { idFields: query.id_field }),
    ...(streams && { streams }),
    signal: request.signal,
  })
  if (receipt.accepted > 0 || receipt.rejected === 0) return jsonResponse(receipt)
  const detail = `none of the ${receipt.rejected} events can be stored`
  const error = new ArchiveError('invalid', detail, { details: receipt.errors })
  const { accepted, rejected } = receipt
  return problemResponse(error, new URL(request.url).pathname, { extra: { accepted, rejected } })
}
