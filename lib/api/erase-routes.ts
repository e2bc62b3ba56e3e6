import type { ErasureStatus } from '../archive.ts'
import { makeBatchId } from '../core/batch-id.ts'
import { systemRandom } from '../core/random.ts'
import { formatTime } from '../core/time.ts'
import { answerResponse, jsonResponse } from './answer-end.ts'
import type { Parameter } from './parameters.ts'
import {
  choiceParameter,
  rangeOf,
  rangeParameters,
  selectionParameters,
  textParameter,
} from './question-parameters.ts'
import { type Call, type Route, route } from './route.ts'

const { from, to } = rangeParameters
const { q, stream } = selectionParameters
const eraseParameters = {
  id: meant(textParameter('Chosen by who asks: the same request again is the same erasure')),
  ...{ q: meant(q), stream: meant(stream), from: meant(from), to: meant(to) },
  all: choiceParameter('1: every event there is, where nothing is selected', ['0', '1']),
  dry_run: choiceParameter('1: only count the events', ['0', '1']),
}

/** A value that a program forgot to fill in may not widen what is erased. */
function meant<Value>(parameter: Parameter<Value>): Parameter<Value> {
  return { ...parameter, refusesEmpty: true }
}

const anything = { 'application/json': { type: 'object' } }

export const eraseRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/erase',
    operation: 'erase',
    summary:
      'Erase events: in no answer from now on, soon in no object; answers when they are hidden',
    queryParameters: eraseParameters,
    parametersInBody: true,
    answer: anything,
    handle: erase,
  }),
  route({
    method: 'GET',
    path: '/v1/erase',
    operation: 'erasures',
    summary: 'Erasures in progress',
    queryParameters: {},
    answer: anything,
    handle: async ({ archive }) =>
      jsonResponse({ erasures: (await archive.erasures()).map(erasureJson) }),
  }),
  route({
    method: 'GET',
    path: '/v1/erase/{id}',
    operation: 'erasure',
    summary: 'How far an erasure is; its certificate when it is done',
    pathParameters: { id: 'Id of the erasure' },
    queryParameters: {},
    answer: anything,
    handle: async ({ archive, path }) => jsonResponse(erasureJson(await archive.erasure(path.id!))),
  }),
]

async function erase(call: Call<typeof eraseParameters>): Promise<Response> {
  const { archive, clock, query, request } = call
  const selection = {
    ...(query.q && { query: query.q }),
    ...(query.stream && { stream: query.stream }),
    ...rangeOf({ ...unlimited, from: query.from, to: query.to }),
  }
  if (query.dry_run === '1') {
    const { count, ...end } = await archive.count({ ...selection, signal: request.signal })
    return answerResponse({ dryRun: true, count }, end, selection)
  }
  const erasureId = query.id ?? makeBatchId(clock, systemRandom)
  const everything = query.all === '1'
  return jsonResponse(erasureJson(await archive.erase({ erasureId, selection, everything })))
}

const unlimited = {
  max_requests: undefined,
  max_bytes: undefined,
  max_dollars: undefined,
  freshness: undefined,
}

function erasureJson(status: ErasureStatus): object {
  const { erasureId, maskedMicros, rewrittenMicros, selection, ...rest } = status
  const { query, stream, startMicros, endMicros } = selection ?? {}
  return {
    id: erasureId,
    masked: formatTime(maskedMicros),
    ...(rewrittenMicros !== undefined && { rewritten: formatTime(rewrittenMicros) }),
    ...(selection && {
      selection: {
        ...(query !== undefined && { q: query }),
        ...(stream !== undefined && { stream }),
        ...(startMicros !== undefined && { from: formatTime(startMicros) }),
        ...(endMicros !== undefined && { to: formatTime(endMicros) }),
      },
    }),
    ...rest,
  }
}
