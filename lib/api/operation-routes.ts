import { jsonResponse, timeOrNull } from './answer-end.ts'
import { type Route, route } from './route.ts'

const anything = { 'application/json': { type: 'object' } }

export const operationRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/health',
    operation: 'health',
    summary: 'Whether the store answers; a problem with status 503 when it does not',
    queryParameters: {},
    answer: anything,
    handle: async ({ archive }) => {
      await archive.stat()
      return jsonResponse({ status: 'ok' })
    },
  }),
  route({
    method: 'GET',
    path: '/v1/usage',
    operation: 'usage',
    summary: 'How much the archive holds',
    queryParameters: {},
    answer: anything,
    handle: async ({ archive }) => {
      const { firstMicros, lastMicros, ...rest } = await archive.stat()
      return jsonResponse({ ...rest, first: timeOrNull(firstMicros), last: timeOrNull(lastMicros) })
    },
  }),
]
