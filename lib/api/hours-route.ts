import { formatTime } from '../core/time.ts'
import { answerResponse } from './answer-end.ts'
import { hoursParameters, selectionOf } from './question-parameters.ts'
import { type Call, type Route, route } from './route.ts'
import { answerSchema, arrayOf, object } from './schemas.ts'

const text = { type: 'string' }
const count = { type: 'integer' }

export const hoursRoute: Route = route({
  method: 'GET',
  path: '/v1/hours',
  operation: 'hours',
  summary: 'Intervals that may have matching events: the first step of a search in two',
  queryParameters: hoursParameters,
  answer: answerSchema({
    interval: text,
    timeZone: text,
    least: { ...count, description: 'Matching events there are at least' },
    most: { ...count, description: 'Matching events there are at most' },
    intervals: arrayOf(object({ start: text, end: text, least: count, most: count })),
  }),
  handle: answerHours,
})

async function answerHours(call: Call<typeof hoursParameters>): Promise<Response> {
  const { interval = 'hour', tz: timeZone = 'UTC' } = call.query
  const question = { ...selectionOf(call), interval, timeZone }
  const { least, most, intervals, ...end } = await call.archive.hours(question)
  const shown = intervals.map(({ startMicros, endMicros, ...bounds }) => ({
    start: formatTime(startMicros),
    end: formatTime(endMicros),
    ...bounds,
  }))
  return answerResponse({ interval, timeZone, least, most, intervals: shown }, end, question)
}
