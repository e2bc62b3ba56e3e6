import { parseAddress, parseBlock } from './address.ts'
import type { Condition, Query, Span } from './query.ts'
import type { QuerySource } from './query-source.ts'
import { type Range, rangeFault, rangeKind } from './range.ts'
import { regexFault } from './regex.ts'

const fieldName = /[\p{L}_@][\p{L}\p{M}\p{N}_@.-]*:/uy
const quotedFieldName = /"((?:[^"\\]|\\[\s\S])+)":/y
const bareAddress = /[0-9a-f:.]{2,45}(?:\/\d{1,3})?(?:\.\.[0-9a-f:.]{2,45})?(?=[\s)]|$)/iy
const macAddress = /(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?=[\s)]|$)/iy
const rangeSeparator = /\s+TO(?=[\s\]}])\s*/y
const quoteHint = 'to search the text itself, put it in quotes'

/** Reads field names and values: everything of a query that is not boolean structure. */
export class ValueParser {
  readonly #source: QuerySource

  constructor(source: QuerySource) {
    this.#source = source
  }

  /** A name and its colon, unless what follows shows that the colon belongs to a text. */
  takeField(): string | undefined {
    const source = this.#source
    const start = source.position
    if (source.next === '"') {
      const quoted = source.take(quotedFieldName)?.[1]
      return quoted === undefined ? undefined : unquoted(quoted)
    }
    if (isBareAddress(source.peek(bareAddress)) || source.peek(macAddress)) return undefined
    const name = source.take(fieldName)?.[0].slice(0, -1)
    const isText =
      source.text.startsWith('//', source.position) ||
      (source.next === ':' && source.text.charAt(source.position + 1) !== ':')
    if (name !== undefined && isText) source.position = start
    return isText ? undefined : name
  }

  /** A word, phrase, pattern, address or block in any field. */
  parseBare(): Query {
    const source = this.#source
    const start = source.position
    if (source.next === '"') {
      const text = this.#takeQuoted()
      return this.#match(undefined, start, { kind: 'text', pieces: [text], quoted: true })
    }
    const text = this.#takeUnquoted(false)
    if (/^\*+$/.test(text)) return { kind: 'all', span: [start, source.position] }
    const condition =
      this.#dottedRange(undefined, text, start) ?? this.#addressCondition(text, start)
    return this.#match(undefined, start, condition ?? textOf(text))
  }

  /** What stands behind `field:`, or between the commas and blanks of `field:(…)`. */
  parseValue(field: string, start: number, inList: boolean): Query {
    const source = this.#source
    const valueStart = source.position
    if (field === '_exists_') return this.#parseExists(start, inList)
    if (source.next === '"') {
      const text = this.#takeQuoted()
      return this.#match(field, start, { kind: 'text', pieces: [text], quoted: true })
    }
    if (source.next === '[' || source.next === '{') {
      return this.#match(field, start, this.#parseRange(field))
    }
    const comparison = source.take(/[<>]=?/y)?.[0]
    const isQuoted = comparison !== undefined && source.next === '"'
    const text = isQuoted ? this.#takeQuoted() : this.#takeUnquoted(inList)
    if (text === '' && !isQuoted) return this.#missingValue(field, start)
    if (comparison === undefined) return this.#unquotedValue(field, text, start)
    const bound = { text, inclusive: comparison.length === 2 }
    const isLow = comparison.startsWith('>')
    const range = { low: isLow ? bound : undefined, high: isLow ? undefined : bound }
    return this.#match(field, start, this.#checkedRange(field, range, valueStart))
  }

  #unquotedValue(field: string, text: string, start: number): Query {
    const valueStart = this.#source.position - text.length
    if (/^\*+$/.test(text)) return this.#match(field, start, { kind: 'present' })
    if (text === 'null') {
      const part = this.#match(field, start, { kind: 'present' })
      return { kind: 'not', part, span: part.span }
    }
    if (text.length > 2 && text.startsWith('/') && text.endsWith('/')) {
      const source = text.slice(1, -1)
      const fault = regexFault(source)
      if (fault) {
        const [from, to] = fault.span
        const span: Span = [valueStart + 1 + from, valueStart + 1 + to]
        this.#source.report(span, fault.detail, fault.hint)
      }
      if (!fault) return this.#match(field, start, { kind: 'regex', source })
    }
    const condition =
      this.#dottedRange(field, text, valueStart) ?? this.#addressCondition(text, valueStart)
    return this.#match(field, start, condition ?? textOf(text))
  }

  #parseExists(start: number, inList: boolean): Query {
    const field = this.#source.next === '"' ? this.#takeQuoted() : this.#takeUnquoted(inList)
    if (field === '') return this.#missingValue('_exists_', start)
    return this.#match(field, start, { kind: 'present' })
  }

  /** `[a TO b]`, `{a TO b}` and the mixed forms; `*` leaves an end open. */
  #parseRange(field: string): Condition {
    const source = this.#source
    const start = source.position
    const lowInclusive = source.text[source.position++] === '['
    source.skipBlanks()
    const low = this.#takeBound()
    const separator = source.take(rangeSeparator)
    const high = separator && this.#takeBound()
    source.skipBlanks()
    const closing = high !== undefined && source.take(/[\]}]/y)?.[0]
    if (!low || !high || !closing) {
      const hint = `write field:[a TO b], {a TO b}, [a TO *]; ${quoteHint}`
      source.report([start, source.position], 'a range is not complete', hint)
      return textOf(source.text.slice(start, source.position).trim())
    }
    const bound = (text: string, inclusive: boolean) =>
      text === '*'
        ? undefined
        : { text: text.startsWith('"') ? unquoted(text.slice(1, -1)) : text, inclusive }
    const range = { low: bound(low, lowInclusive), high: bound(high, closing === ']') }
    if (!range.low && !range.high) return { kind: 'present' }
    return this.#checkedRange(field, range, start)
  }

  #takeBound(): string | undefined {
    const source = this.#source
    if (source.next !== '"') return source.take(/[^\s"\]}]+/y)?.[0]
    const start = source.position
    this.#takeQuotedText()
    return source.text.slice(start, source.position)
  }

  #dottedRange(field: string | undefined, text: string, start: number): Condition | undefined {
    const [low, high, ...more] = text.split('..')
    if (!low || !high || more.length > 0) return undefined
    const range = {
      low: { text: low, inclusive: true },
      high: { text: high, inclusive: true },
    }
    const kind = rangeKind(field, range)
    const isRange = kind === 'address' || (field !== undefined && kind !== 'text')
    return isRange ? this.#checkedRange(field, range, start) : undefined
  }

  #checkedRange(field: string | undefined, range: Range, start: number): Condition {
    const fault = rangeFault(field, range)
    if (fault) this.#source.report([start, this.#source.position], fault.detail, fault.hint)
    return { kind: 'range', ...range }
  }

  /** An address or a block; text that looks like a block but is none is a problem. */
  #addressCondition(text: string, start: number): Condition | undefined {
    if (parseBlock(text)) return { kind: 'address', text }
    const [address = '', prefix = '', ...more] = text.split('/')
    if (more.length === 0 && /^\d+$/.test(prefix) && parseAddress(address)) {
      const bits = address.includes(':') ? 128 : 32
      const detail = `${text} is no block of addresses: the prefix ends at /${bits}`
      this.#source.report([start, this.#source.position], detail, quoteHint)
    }
    return undefined
  }

  #takeUnquoted(inList: boolean): string {
    const source = this.#source
    const start = source.position
    const isPattern = source.next === '/'
    let parentheses = 0
    let braces = 0
    let hasQuote = false
    for (; !source.atEnd; source.position++) {
      const { next } = source
      if (/\s/.test(next) || (next === ')' && parentheses === 0)) break
      if (next === ',' && inList && braces === 0) break
      if (next === '\\' && isPattern && !/\s/.test(source.text.charAt(source.position + 1))) {
        source.position++
      } else if (next === '(') parentheses++
      else if (next === ')') parentheses--
      else if (next === '{') braces++
      else if (next === '}') braces--
      else if (next === '"') hasQuote = true
    }
    source.position = Math.min(source.position, source.text.length)
    if (hasQuote) {
      const hint = 'put the whole text in quotes and write \\" for a mark in it'
      source.report([start, source.position], 'a quotation mark stands inside a word', hint)
    }
    return source.text.slice(start, source.position)
  }

  #takeQuoted(): string {
    const source = this.#source
    const text = this.#takeQuotedText()
    if (text === '' && source.next === ':') {
      source.reportHere(1, 'a field name is empty', 'leave it out: a word looks at all fields')
    } else if (!source.atEnd && !/[\s),]/.test(source.next)) {
      source.reportHere(1, 'a blank is missing after the closing quotation mark', 'add one')
    }
    return text
  }

  #takeQuotedText(): string {
    const source = this.#source
    const start = source.position
    const quoted = source.take(/"(?:[^"\\]|\\[\s\S])*"/y)?.[0]
    if (quoted !== undefined) return unquoted(quoted.slice(1, -1))
    source.position = source.text.length
    const hint = 'add a " where the text ends; a \\" does not end it'
    source.report([start, source.position], 'this quotation mark is never closed', hint)
    return unquoted(source.text.slice(start + 1))
  }

  #missingValue(field: string, start: number): Query {
    const { source, text } = { source: this.#source, text: this.#source.text }
    const name = text.slice(start, source.position)
    const hint = `write ${name}value without a blank between; ${quoteHint}`
    source.report([start, source.position], `${name} has no value`, hint)
    return this.#match(field, start, { kind: 'present' })
  }

  #match(field: string | undefined, start: number, condition: Condition): Query {
    return { kind: 'match', field, condition, span: [start, this.#source.position] }
  }
}

function isBareAddress(text: string): boolean {
  const [low = '', high] = text.split('..')
  if (high === undefined) return text.includes(':') && parseBlock(text) !== undefined
  return parseAddress(low) !== undefined && parseAddress(high) !== undefined
}

/**
 * Without the backslashes before quotation marks and backslashes; all others stand for themselves.
 */
function unquoted(text: string): string {
  return text.replace(/\\(["\\])/g, '$1')
}

/** Every `*` stands for any run of characters; several in a row are one. */
function textOf(text: string): Condition {
  return { kind: 'text', pieces: text.split(/\*+/), quoted: false }
}
