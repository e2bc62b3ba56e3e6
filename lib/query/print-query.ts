import type { Bound, Condition, MatchQuery, Query, TextCondition } from './query.ts'
import { QuerySource } from './query-source.ts'
import { ValueParser } from './value-parser.ts'

/**
 * The query as text in one canonical spelling; parsing it gives the same query but for the spans.
 */
export function printQuery(query: Query): string {
  switch (query.kind) {
    case 'all':
      return '*'
    case 'or':
      return query.parts.map(printQuery).join(' OR ')
    case 'and':
      return query.parts.map(part => printPart(part, part.kind === 'or')).join(' AND ')
    case 'not':
      return `NOT ${printPart(query.part, query.part.kind === 'and' || query.part.kind === 'or')}`
    case 'match':
      return printMatch(query)
  }
}

function printPart(part: Query, isGroup: boolean): string {
  return isGroup ? `(${printQuery(part)})` : printQuery(part)
}

function printMatch({ field, condition }: MatchQuery): string {
  if (field !== undefined) {
    const value = printCondition(condition)
    const printed = `${printField(field)}:${value}`
    // A value may make an address or a link of the whole (`a:2001:db8::1`), parentheses do not.
    return takeField(printed) === undefined ? `${printField(field)}:(${value})` : printed
  }
  if (condition.kind !== 'range') return printCondition(condition)
  return `${condition.low?.text}..${condition.high?.text}`
}

function takeField(text: string): string | undefined {
  return new ValueParser(new QuerySource(text)).takeField()
}

const plainField = /^[\p{L}_@][\p{L}\p{M}\p{N}_@.-]*$/u

function printField(field: string): string {
  return plainField.test(field) ? field : printQuoted(field)
}

function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'present':
      return '*'
    case 'address':
      return condition.text
    case 'regex':
      return `/${condition.source}/`
    case 'range':
      return printRange(condition.low, condition.high)
    case 'text':
      return printText(condition)
  }
}

function printText({ pieces, quoted }: TextCondition): string {
  return quoted ? printQuoted(pieces.join('*')) : pieces.join('*')
}

function printRange(low: Bound | undefined, high: Bound | undefined): string {
  if (!high) return `${low?.inclusive ? '>=' : '>'}${printBound(low)}`
  if (!low) return `${high.inclusive ? '<=' : '<'}${printBound(high)}`
  const [opening, closing] = [low.inclusive ? '[' : '{', high.inclusive ? ']' : '}']
  return `${opening}${printBound(low)} TO ${printBound(high)}${closing}`
}

function printBound(bound: Bound | undefined): string {
  const text = bound?.text ?? ''
  return /^[^\s"(){}[\]*\\=][^\s"(){}[\]*\\]*$/.test(text) ? text : printQuoted(text)
}

/** Between quotation marks; a backslash is doubled wherever it could be read as an escape. */
function printQuoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
