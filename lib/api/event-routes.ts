import type { ContextAnswer, Hit } from '../read/question.ts'
import { answerEnd, answerOfText } from './answer-end.ts'
import { countParameter, textParameter } from './question-parameters.ts'
import { type Call, type Route, route } from './route.ts'
import { answerSchema, eventSchema } from './schemas.ts'

const pathParameters = {
  id: "The event's `@id` as every answer shows it; a slash in it is written %2F",
}
const streamParameter = {
  stream: textParameter('Where to look for an `@id` that events of several streams have'),
}
const contextParameters = {
  ...streamParameter,
  before: countParameter('Events before it; absent: 5', s => s.contextEventsMax, 0),
  after: countParameter('Events after it; absent: 5', s => s.contextEventsMax, 0),
}

/** Neighbours that are shown when nobody says how many. */
const defaultNeighbours = 5

export const eventRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/events/{id}',
    operation: 'event',
    summary: 'One event',
    pathParameters,
    queryParameters: streamParameter,
    answer: answerSchema({ event: eventSchema }),
    handle: async call => {
      const answer = await call.archive.context(questionOf(call))
      return linesResponse({ event: answer.event.line }, answer)
    },
  }),
  route({
    method: 'GET',
    path: '/v1/events/{id}/context',
    operation: 'context',
    summary: 'One event and its neighbours in its stream, all oldest first',
    pathParameters,
    queryParameters: contextParameters,
    answer: answerSchema({
      before: { type: 'array', items: eventSchema },
      event: eventSchema,
      after: { type: 'array', items: eventSchema },
    }),
    handle: async call => {
      const { before = defaultNeighbours, after = defaultNeighbours } = call.query
      const answer = await call.archive.context({ ...questionOf(call), before, after })
      const { event } = answer
      const members = {
        before: array(answer.before),
        event: event.line,
        after: array(answer.after),
      }
      return linesResponse(members, answer)
    },
  }),
]

function questionOf({ path, query, request }: Call<typeof streamParameter>) {
  const { stream } = query
  return { id: path.id!, signal: request.signal, ...(stream && { stream }) }
}

function array(hits: readonly Hit[]): Buffer {
  return Buffer.from(`[${hits.map(hit => hit.line.toString()).join(',\n')}]`)
}

/** Members that are JSON text already, put in as they are, and the end of the answer. */
function linesResponse(members: Readonly<Record<string, Buffer>>, answer: ContextAnswer): Response {
  const texts = Object.entries(members).map(([name, json]) => `"${name}":${json}`)
  const body = `{${texts},\n"end":${JSON.stringify(answerEnd(answer, {}))}}`
  return answerOfText(body, answer)
}
