import { ArchiveError } from '../core/errors.ts'
import { asStreamName } from '../core/stream-name.ts'
import { formatTime } from '../core/time.ts'
import type { SearchQuestion } from '../read/question.ts'
import { answerEnd, answerOfText, answerResponse, damageHeader, timeOrNull } from './answer-end.ts'
import { explainRoute } from './explain-route.ts'
import { hitsResponse, jsonFormat, ndjsonFormat } from './hits-response.ts'
import { noteDefect, problemOf } from './problem.ts'
import {
  countParameter,
  histogramParameters,
  pageParameters,
  rangeOf,
  rangeParameters,
  selectionOf,
  selectionParameters,
  textParameter,
} from './question-parameters.ts'
import { type Call, type Route, route } from './route.ts'
import { answerSchema, hitsSchemas } from './schemas.ts'

const searchParameters = { ...selectionParameters, ...pageParameters }
const timelineParameters = { ...rangeParameters, ...pageParameters }

export const questionRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/streams/{stream}/events',
    operation: 'readStream',
    summary: 'The timeline of one stream',
    pathParameters: { stream: 'Stream name; its slashes may stand as they are' },
    queryParameters: timelineParameters,
    answer: hitsSchemas,
    handle: call => {
      const stream = asStreamName(call.path.stream)
      const question = { stream, ...pageOf(call), ...rangeOf(call.query) }
      return answerHits(call, question, () => mustExist(call, stream))
    },
  }),
  ...(['GET', 'POST'] as const).map(method =>
    route({
      method,
      path: '/v1/search',
      operation: method === 'GET' ? 'search' : 'searchByBody',
      summary: 'Events that match a query',
      queryParameters: searchParameters,
      parametersInBody: method === 'POST',
      answer: hitsSchemas,
      handle: call => answerHits(call, { ...selectionOf(call), ...pageOf(call) }, async () => {}),
    }),
  ),
  route({
    method: 'GET',
    path: '/v1/count',
    operation: 'count',
    summary: 'How many events match a query',
    queryParameters: selectionParameters,
    answer: answerSchema({ count: { type: 'integer' } }),
    handle: async call => {
      const question = selectionOf(call)
      const answer = await call.archive.count(question)
      return answerResponse({ count: answer.count }, answer, question)
    },
  }),
  explainRoute,
  route({
    method: 'GET',
    path: '/v1/histogram',
    operation: 'histogram',
    summary: 'How many events match a query in each interval; empty intervals are left out',
    queryParameters: histogramParameters,
    answer: answerSchema({
      interval: { type: 'string' },
      timeZone: { type: 'string' },
      count: { type: 'integer' },
      intervals: {
        type: 'array',
        items: {
          type: 'object',
          properties: { start: { type: 'string' }, count: { type: 'integer' } },
        },
      },
    }),
    handle: answerHistogram,
  }),
  route({
    method: 'GET',
    path: '/v1/fields/{field}/values',
    operation: 'values',
    summary: 'The most frequent values of a field among events that match a query',
    pathParameters: { field: 'Field path as in a query, e.g. userIdentity.arn' },
    queryParameters: {
      ...selectionParameters,
      limit: countParameter('Most values returned; absent: 10', s => s.distinctValuesMax),
    },
    answer: answerSchema({
      field: { type: 'string' },
      values: {
        type: 'array',
        items: { type: 'object', properties: { value: {}, count: { type: 'integer' } } },
      },
      distinct: { type: 'integer' },
      count: { type: 'integer', description: 'Events that have the field' },
    }),
    handle: answerValues,
  }),
  route({
    method: 'GET',
    path: '/v1/streams',
    operation: 'streams',
    summary: 'The streams there are',
    queryParameters: { prefix: textParameter('How their names begin; absent: all') },
    answer: answerSchema({
      streams: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            stream: { type: 'string' },
            count: { type: 'integer' },
            first: { type: 'string' },
            last: { type: 'string' },
          },
        },
      },
    }),
    handle: answerStreams,
  }),
]

function pageOf({ query, settings }: Call<typeof pageParameters>) {
  const { order, cursor, limit = settings.pageEvents } = query
  return { limit, ...(order && { order }), ...(cursor && { cursor }) }
}

function answerHits(
  call: Call,
  question: SearchQuestion,
  whenEmpty: () => Promise<void>,
): Promise<Response> {
  const { archive, request } = call
  const stopping = new AbortController()
  const signal = AbortSignal.any([request.signal, stopping.signal])
  const hits = archive.search({ ...question, signal })
  const wantsLines = request.headers.get('Accept')?.includes('application/x-ndjson')
  return hitsResponse({
    hits,
    format: wantsLines ? ndjsonFormat : jsonFormat,
    headers: () => damageHeader(hits.end()),
    end: () => JSON.stringify(answerEnd(hits.end(), question)),
    broken: error => {
      noteDefect(error, signal)
      return JSON.stringify(problemOf(error, new URL(request.url).pathname))
    },
    stop: () => stopping.abort(),
    whenEmpty: async () => {
      const { complete, damage } = hits.end()
      // Of a stream that lies in damaged parts only, nobody knows whether it is there.
      if (complete && damage.length === 0) await whenEmpty()
    },
  })
}

async function mustExist({ archive, request }: Call, stream: string): Promise<void> {
  const { streams, damage } = await archive.streams({ prefix: stream, signal: request.signal })
  if (damage.length > 0 || streams.some(known => known.stream === stream)) return
  throw new ArchiveError('missing', `there is no stream ${stream}`, {
    details: [
      { pointer: '/stream', detail: `there is no stream ${stream}`, hint: 'see /v1/streams' },
    ],
  })
}

async function answerHistogram(call: Call<typeof histogramParameters>): Promise<Response> {
  const question = {
    ...selectionOf(call),
    interval: call.query.interval!,
    timeZone: call.query.tz ?? 'UTC',
  }
  const answer = await call.archive.histogram(question)
  const { interval, timeZone } = question
  const intervals = answer.intervals.map(({ startMicros, count }) => ({
    start: formatTime(startMicros),
    count,
  }))
  return answerResponse({ interval, timeZone, count: answer.count, intervals }, answer, question)
}

async function answerValues(
  call: Call<typeof selectionParameters & { readonly limit: ReturnType<typeof countParameter> }>,
): Promise<Response> {
  const field = call.path.field!
  const { limit } = call.query
  const question = { ...selectionOf(call), field, ...(limit && { limit }) }
  const { values, distinct, count, ...end } = await call.archive.values(question)
  // A value is JSON text: it is put in as it is, so that a big number keeps its digits.
  const items = values.map(item => `{"value":${item.value},"count":${item.count}}`)
  const rest = JSON.stringify({ distinct, count, end: answerEnd(end, question) })
  const body = `{"field":${JSON.stringify(field)},"values":[${items}],${rest.slice(1)}`
  return answerOfText(body, end)
}

async function answerStreams(
  call: Call<{ readonly prefix: ReturnType<typeof textParameter> }>,
): Promise<Response> {
  const { prefix } = call.query
  const answer = await call.archive.streams({
    ...(prefix && { prefix }),
    signal: call.request.signal,
  })
  const streams = answer.streams.map(({ stream, count, firstMicros, lastMicros }) => ({
    stream,
    count,
    first: timeOrNull(firstMicros),
    last: timeOrNull(lastMicros),
  }))
  return answerResponse({ streams }, answer, {})
}
