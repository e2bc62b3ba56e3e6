import { formOfPolicy } from '../core/policy-form.ts'
import { jsonResponse, timeOrNull } from './answer-end.ts'
import { type Route, route } from './route.ts'
import { arrayOf, object } from './schemas.ts'

const text = { type: 'string' }
const textOrNull = { type: ['string', 'null'] }
const policySchema = object({
  pattern: text,
  bucketSize: text,
  frameSize: text,
  period: text,
  retention: { ...textOrNull, description: 'Null: events are kept for ever' },
  parity: { type: 'boolean', description: 'Buckets heal what is damaged of them' },
  prunedBefore: { ...textOrNull, format: 'date-time' },
})
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
    path: '/v1/policies',
    operation: 'policies',
    summary: 'The policies in the order in which they are tried, and how far each is pruned',
    queryParameters: {},
    answer: { 'application/json': object({ policies: arrayOf(policySchema) }) },
    handle: async ({ archive }) =>
      jsonResponse({
        policies: (await archive.policies()).map(({ policy, prunedBeforeMicros }) => ({
          ...formOfPolicy(policy),
          prunedBefore: timeOrNull(prunedBeforeMicros || undefined),
        })),
      }),
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
