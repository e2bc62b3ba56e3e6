import type { ExplainQuestion } from '../read/question.ts'
import { answerResponse } from './answer-end.ts'
import {
  choiceParameter,
  countParameter,
  selectionOf,
  selectionParameters,
} from './question-parameters.ts'
import { route } from './route.ts'
import { answerSchema } from './schemas.ts'

const count = { type: 'integer', minimum: 0 }

/** `GET /v1/explain`: what another question would read, and cost at most. */
export const explainRoute = route({
  method: 'GET',
  path: '/v1/explain',
  operation: 'explain',
  summary: 'What a question would read, and what it would cost at most',
  queryParameters: {
    question: choiceParameter<ExplainQuestion['question']>('Which question; absent: search', [
      'search',
      'count',
      'histogram',
      'values',
    ]),
    ...selectionParameters,
    limit: countParameter('Limit of the search; absent: none', s => s.answerEventsMax),
  },
  answer: answerSchema({
    bound: {
      type: 'object',
      properties: {
        requests: { type: 'object', properties: { get: count, list: count } },
        rounds: count,
        bytesRead: count,
        dollars: { type: 'number' },
      },
    },
    objects: {
      type: 'object',
      properties: { fresh: count, sealed: count, events: count, bytes: count },
    },
    frames: { type: 'object', properties: { all: count, candidates: count } },
    parts: {
      type: 'array',
      items: {
        type: 'object',
        properties: { query: { type: 'string' }, frames: count, isIndexed: { type: 'boolean' } },
      },
    },
    hints: { type: 'array', items: { type: 'string' } },
  }),
  handle: async call => {
    const { question = 'search', limit } = call.query
    const asked = { ...selectionOf(call), question, ...(limit && { limit }) }
    const { bound, objects, frames, parts, hints, ...end } = await call.archive.explain(asked)
    return answerResponse({ bound, objects, frames, parts, hints }, end, asked)
  },
})
