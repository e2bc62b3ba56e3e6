import type { FieldsAnswer, TermsAnswer } from '../lib/client/answers.ts'
import { element } from './elements.ts'
import { conditionFor, Digits, type Json } from './event-json.ts'
import { plural } from './notices.ts'

type AddCondition = (condition: string) => void

/** Longest value in a list, in characters; the title has all of it. */
const valueLengthMax = 60

/** Whether a query is a single term, which may be looked up. */
export function isTerm(query: string): boolean {
  return /^("[^"]+"|[^\s:"()-][^\s:"()]*)$/.test(query) && query !== '*'
}

/** The fields of events, each with some of its values as conditions. */
export function fieldsTable({ fields }: FieldsAnswer, add: AddCondition): HTMLElement {
  const rows = fields.map(({ field, count, distinct, examples }) =>
    fieldRow(field, count, distinct, examples, add),
  )
  return table('Fields', rows)
}

/** The fields in which a term occurs, each with the values that hold it. */
export function termsTable(term: string, { fields }: TermsAnswer, add: AddCondition): HTMLElement {
  const rows = fields.map(({ field, count, distinct, tokens }) =>
    fieldRow(
      field,
      count,
      distinct,
      tokens.map(token => token.value),
      add,
    ),
  )
  return table(`${term} occurs in`, rows)
}

function table(title: string, rows: readonly HTMLElement[]): HTMLElement {
  const caption = element('caption', {}, title)
  return element('table', {}, caption, element('tbody', {}, ...rows))
}

function fieldRow(
  field: string,
  count: number,
  { least, exact }: { readonly least: number; readonly exact: boolean },
  values: readonly unknown[],
  add: AddCondition,
): HTMLElement {
  const distinct = `${exact ? '' : 'at least '}${plural(least, 'value')}`
  const buttons = values.map(value => valueButton(field, value, add))
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, field),
    element('td', {}, plural(count, 'event')),
    element('td', {}, distinct),
    element('td', { className: 'values' }, ...buttons),
  )
}

function valueButton(field: string, value: unknown, add: AddCondition): HTMLElement | string {
  const json: Json = typeof value === 'number' ? new Digits(String(value)) : (value as Json)
  const text = String(value).slice(0, valueLengthMax)
  // A number that JavaScript cannot hold is no longer the one that is stored.
  const isLost =
    typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
  const condition = isLost ? undefined : conditionFor([field], json)
  if (condition === undefined) return element('span', {}, text)
  return element('button', {
    type: 'button',
    className: 'value',
    textContent: text || '""',
    title: `Search ${condition}\nwith Alt: without it`,
    onclick: event => add(event.altKey ? `-${condition}` : condition),
  })
}
