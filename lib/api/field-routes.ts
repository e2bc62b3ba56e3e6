import type { AnswerEnd, AtLeast, Selection } from '../read/question.ts'
import { answerEnd, answerOfText } from './answer-end.ts'
import {
  countParameter,
  rangeParameters,
  selectionOf,
  selectionParameters,
  textParameter,
} from './question-parameters.ts'
import { type Call, type Route, route } from './route.ts'
import { answerSchema, arrayOf, atLeastSchema, object } from './schemas.ts'

const termsParameters = {
  term: {
    ...textParameter(
      'A word, "phrase", pattern* or address, without a field',
      settings => settings.queryLengthMax,
    ),
    required: true,
  },
  ...rangeParameters,
  stream: selectionParameters.stream,
  limit: countParameter('Most tokens returned of a field; absent: 10', s => s.fieldValuesMax),
}

const fieldsParameters = {
  ...selectionParameters,
  limit: countParameter('Most examples returned of a field; absent: 3', s => s.fieldValuesMax),
}

const count = { type: 'integer' }
const text = { type: 'string' }
const tokenSchema = object({ value: {}, count })

export const fieldRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/terms',
    operation: 'terms',
    summary: 'The fields and values a term occurs in',
    queryParameters: termsParameters,
    answer: answerSchema({
      count,
      fields: arrayOf(
        object({ field: text, count, distinct: atLeastSchema, tokens: arrayOf(tokenSchema) }),
      ),
    }),
    handle: answerTerms,
  }),
  route({
    method: 'GET',
    path: '/v1/fields',
    operation: 'fields',
    summary: 'The fields of the events that match a query',
    queryParameters: fieldsParameters,
    answer: answerSchema({
      count,
      fields: arrayOf(
        object({
          field: text,
          count,
          kinds: arrayOf({ type: 'string', enum: ['boolean', 'number', 'string'] }),
          distinct: atLeastSchema,
          examples: arrayOf({}),
        }),
      ),
    }),
    handle: answerFields,
  }),
]

async function answerTerms(call: Call<typeof termsParameters>): Promise<Response> {
  const { term, limit } = call.query
  const question = { ...selectionOf(call), term: term!, ...(limit && { limit }) }
  const { count, fields, ...end } = await call.archive.terms(question)
  const items = fields.map(field => {
    const tokens = field.tokens.map(each => `{"value":${each.value},"count":${each.count}}`)
    const head = JSON.stringify({
      field: field.field,
      count: field.count,
      distinct: shownAtLeast(field.distinct),
    })
    return `${head.slice(0, -1)},"tokens":[${tokens}]}`
  })
  return fieldsResponse(count, items, end, question)
}

async function answerFields(call: Call<typeof fieldsParameters>): Promise<Response> {
  const { limit } = call.query
  const question = { ...selectionOf(call), ...(limit && { limit }) }
  const { count, fields, ...end } = await call.archive.fields(question)
  const items = fields.map(({ examples, distinct, ...field }) => {
    const head = JSON.stringify({ ...field, distinct: shownAtLeast(distinct) })
    return `${head.slice(0, -1)},"examples":[${examples}]}`
  })
  return fieldsResponse(count, items, end, question)
}

function shownAtLeast({ least, isExact }: AtLeast) {
  return { least, exact: isExact }
}

/** Values are JSON text: they are put in as they are, so that a big number keeps its digits. */
function fieldsResponse(
  count: number,
  items: readonly string[],
  end: AnswerEnd,
  range: Selection,
): Response {
  const body = `{"count":${count},"fields":[${items}],"end":${JSON.stringify(answerEnd(end, range))}}`
  return answerOfText(body, end)
}
