import { ArchiveError, type ErrorDetail } from '../core/errors.ts'
import { defaultSettings, type Settings } from '../core/settings.ts'
import type { Query, Span } from './query.ts'
import { QuerySource } from './query-source.ts'
import { ValueParser } from './value-parser.ts'

export interface ParsedQuery {
  /** The best reading of the text, also when there are problems. */
  readonly query: Query
  readonly problems: readonly ErrorDetail[]
}

type Limits = Pick<Settings, 'queryLengthMax' | 'queryDepthMax'>

/** Reads any text whatever in linear time and never throws; problems carry span and hint. */
export function parseQuery(text: string, limits: Limits = defaultSettings): ParsedQuery {
  const source = new QuerySource(text.slice(0, limits.queryLengthMax).toWellFormed())
  const query = new QueryParser(source, limits.queryDepthMax).parse()
  if (text.length > limits.queryLengthMax) {
    const hint = 'narrow it down, or ask several questions'
    const detail = `a query has at most ${limits.queryLengthMax} characters`
    source.report([limits.queryLengthMax, text.length], detail, hint)
  }
  return { query, problems: source.problems }
}

/** The query of a text without problems; throws `invalid` with all of its problems otherwise. */
export function requireQuery(text: string, limits: Limits = defaultSettings): Query {
  const { query, problems } = parseQuery(text, limits)
  const [first] = problems
  if (!first) return query
  const hint = first.hint ? ` (${first.hint})` : ''
  const message = `query at character ${(first.span?.[0] ?? 0) + 1}: ${first.detail}${hint}`
  throw new ArchiveError('invalid', message, { details: problems })
}

/** Where the parser is: in which field's parentheses, if any, and how deep. */
interface Place {
  readonly field: string | undefined
  readonly depth: number
}

/** The boolean structure: OR of ANDs of negated or plain parts. */
class QueryParser {
  readonly #source: QuerySource
  readonly #values: ValueParser
  readonly #depthMax: number
  #isTooDeep = false

  constructor(source: QuerySource, depthMax: number) {
    this.#source = source
    this.#values = new ValueParser(source)
    this.#depthMax = depthMax
  }

  parse(): Query {
    const source = this.#source
    const parts: Query[] = []
    for (;;) {
      const part = this.#parseOr({ field: undefined, depth: 0 })
      if (part) parts.push(part)
      if (source.atEnd) break
      source.reportHere(1, 'this parenthesis closes nothing', 'remove it, or quote the text')
      source.position++
    }
    return joined('and', parts) ?? { kind: 'all', span: [0, source.text.length] }
  }

  #parseOr(place: Place): Query | undefined {
    const parts: Query[] = []
    let operator: Span | undefined
    for (;;) {
      const part = this.#parseAnd(place)
      if (part) parts.push(part)
      else if (operator) this.#reportDangling(operator)
      const next = this.#takeOr(place)
      if (next && !part && !operator) this.#reportDangling(next)
      if (!next) return joined('or', parts)
      operator = next
    }
  }

  #takeOr(place: Place): Span | undefined {
    const source = this.#source
    return source.takeOperator('OR', '||') ?? (place.field ? source.takeComma() : undefined)
  }

  #parseAnd(place: Place): Query | undefined {
    const source = this.#source
    const parts: Query[] = []
    let operator: Span | undefined
    for (;;) {
      source.skipBlanks()
      const next = source.takeOperator('AND', '&&')
      if (next) {
        if (operator || parts.length === 0) this.#reportDangling(next)
        operator = next
        continue
      }
      const start = source.position
      const part = this.#parseNot(place)
      if (!part && source.position === start) break
      if (part) parts.push(part)
      operator = undefined
    }
    if (operator && parts.length > 0) this.#reportDangling(operator)
    return joined('and', parts)
  }

  /** Any number of NOT, `-` and `!` before a part. Each pair of them cancels out. */
  #parseNot(place: Place): Query | undefined {
    const source = this.#source
    let negative = false
    let first: Span | undefined
    for (;;) {
      source.skipBlanks()
      const operator = source.takeNot()
      if (!operator) break
      first ??= operator
      negative = !negative
    }
    const part = this.#parsePart(place)
    if (first && !part) this.#reportDangling(first)
    if (!part || !first) return part
    return negative ? negated(part, [first[0], part.span[1]]) : part
  }

  #parsePart(place: Place): Query | undefined {
    const source = this.#source
    if (source.atEnd || source.next === ')' || source.isAtOperator) return undefined
    if (place.field && source.next === ',') return undefined
    const start = source.position
    if (source.next === '(') return this.#parseGroup(place)
    const field = place.field ?? this.#values.takeField()
    if (field === undefined) return this.#values.parseBare()
    if (place.field === undefined && source.next === '(') {
      return this.#parseGroup({ field, depth: place.depth })
    }
    return this.#values.parseValue(field, start, place.field !== undefined)
  }

  #parseGroup(place: Place): Query | undefined {
    const source = this.#source
    const start = source.position
    if (place.depth >= this.#depthMax) {
      const detail = `parentheses are nested deeper than ${this.#depthMax}`
      source.reportHere(1, detail, 'write the query flatter')
      source.position = source.text.length
      this.#isTooDeep = true
      return undefined
    }
    source.position++
    const query = this.#parseOr({ ...place, depth: place.depth + 1 })
    if (source.next === ')') {
      source.position++
      if (!query) {
        const hint = 'put something between them, or quote them'
        source.report([start, source.position], 'these parentheses are empty', hint)
      }
    } else if (!this.#isTooDeep) {
      source.report([start, start + 1], 'this parenthesis is never closed', 'add a )')
    }
    return query
  }

  #reportDangling(span: Span): void {
    const operator = this.#source.text.slice(...span)
    const sides = /^(NOT|-|!)$/.test(operator) ? 'after it' : 'on both sides'
    const hint = `to search the text itself, quote it: "${operator}"`
    this.#source.report(span, `${operator} needs something ${sides}`, hint)
  }
}

/** One part is itself; parts of the same kind are taken up into the whole. */
function joined(kind: 'and' | 'or', parts: readonly Query[]): Query | undefined {
  const [first] = parts
  if (!first || parts.length === 1) return first
  const flat = parts.flatMap(part => (part.kind === kind ? part.parts : [part]))
  return { kind, parts: flat, span: [first.span[0], parts.at(-1)!.span[1]] }
}

function negated(part: Query, span: Span): Query {
  return part.kind === 'not' ? { ...part.part, span } : { kind: 'not', part, span }
}
