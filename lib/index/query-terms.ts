import { parseAddress, parseBlock } from '../query/address.ts'
import { isNumber } from '../query/decimal.ts'
import { fold, wordCharacter } from '../query/fold.ts'
import {
  type MatchQuery,
  type Query,
  type RangeCondition,
  type TextCondition,
  timeField,
} from '../query/query.ts'
import { rangeKind } from '../query/range.ts'
import { rangeTexts } from './address-terms.ts'
import { numberText } from './number-terms.ts'
import { streamText } from './stream-text.ts'
import type { TermCondition, TermWanted } from './term-condition.ts'
import { termOf } from './term-hash.ts'
import { hiddenGroups, mayBeHidden } from './uuid-terms.ts'

const all: TermCondition = { kind: 'all' }
const words = /[\p{L}\p{M}\p{N}_]+/gu
const endsWithWord = /[\p{L}\p{M}\p{N}_]$/u
const isOneWord = /^[\p{L}\p{M}\p{N}_]+$/u
/** Terms of one text that are asked for. */
const textTermsMax = 4

/**
 * What the terms of a frame (as `LineTerms` finds them) must be so that one of its events can meet
 * the query. `all` where the index knows nothing: ranges, expressions, presence, NOT, `@time`.
 */
export function queryTerms(query: Query): TermCondition {
  switch (query.kind) {
    case 'and':
      return both(query.parts.map(queryTerms))
    case 'or':
      return either(query.parts.map(queryTerms))
    case 'match':
      return matchTerms(query)
    default:
      return all
  }
}

/** The same of a question for one stream. */
export function withStream(condition: TermCondition, stream: string): TermCondition {
  return both([condition, term(streamText(stream))])
}

/**
 * The term that an event has exactly when it meets the query: of a single word with a letter, which
 * no spelling of a number is. In a field, only where the index says that the term is in no other.
 */
export function countableTerm(query: Query): TermWanted | undefined {
  if (query.kind !== 'match' || query.condition.kind !== 'text') return undefined
  const { field, condition } = query
  if (field === timeField || field === '@stream') return undefined
  const [text = '', ...more] = condition.pieces.map(fold)
  if (more.length > 0 || !isOneWord.test(text) || !/\p{L}/u.test(text)) return undefined
  return isNumber(text) || mayBeHidden(text) ? undefined : term(text, field)
}

function matchTerms({ field, condition }: MatchQuery): TermCondition {
  if (field === timeField || field === '@stream') return all
  if (condition.kind === 'text') return textTerms(condition, field)
  if (condition.kind === 'address') {
    const block = parseBlock(condition.text)
    return block ? anyOf(rangeTexts(block), field) : all
  }
  return condition.kind === 'range' ? addressRangeTerms(field, condition) : all
}

function textTerms({ pieces, quoted }: TextCondition, field: string | undefined): TermCondition {
  const texts = mostTelling(pieces.flatMap((piece, i) => pieceTexts(piece, i, pieces.length)))
  const asText = both(texts.map(text => word(text, field)))
  const [only = ''] = pieces
  if (field === undefined || quoted || pieces.length > 1 || !isNumber(only)) return asText
  const plain = numberText(only)
  const asNumber = plain.startsWith('#')
    ? term(plain, field)
    : both(pieceTexts(plain, 0, 1).map(text => word(text, field)))
  return either([asNumber, asText])
}

/** Of the words of one text, the longest: each is a GET an index, and all say nearly the same. */
function mostTelling(texts: readonly string[]): readonly string[] {
  const distinct = [...new Set(texts)]
  if (distinct.length <= textTermsMax) return distinct
  return distinct.toSorted((a, b) => b.length - a.length).slice(0, textTermsMax)
}

interface Word {
  readonly text: string
  readonly start: number
  readonly end: number
}

/**
 * The words of a piece that begin and end in it, as the filter (text-pattern.ts) has it: at the
 * ends of the whole text a word may not go on, beside a `*` it may. Instead of the words of four
 * numbers that points join, these as one text.
 */
function pieceTexts(text: string, position: number, count: number): string[] {
  const piece = fold(text)
  const found: Word[] = [...piece.matchAll(words)].map(match => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }))
  const opensWord = position > 0 && wordCharacter.test(piece)
  const leavesWord = position < count - 1 && endsWithWord.test(piece)
  const whole = found.slice(opensWord ? 1 : 0, leavesWord ? -1 : undefined)
  const texts: string[] = []
  for (let i = 0; i < whole.length; i++) {
    const last = whole[i + 3]
    const quad = last && piece.slice(whole[i]!.start, last.end)
    if (quad && /^\d{1,3}(\.\d{1,3}){3}$/.test(quad)) {
      texts.push(quad)
      i += 3
    } else if (whole.length === 1 || !isBetweenDashes(piece, whole[i]!)) texts.push(whole[i]!.text)
  }
  return texts
}

/** A group that may stand inside a UUID: the words beside it tell more. */
function isBetweenDashes(piece: string, { text, start, end }: Word): boolean {
  return mayBeHidden(text) && piece[start - 1] === '-' && piece[end] === '-'
}

function word(text: string, field: string | undefined): TermCondition {
  const itself = term(text, field)
  return mayBeHidden(text) ? either([itself, term(hiddenGroups, field)]) : itself
}

function addressRangeTerms(field: string | undefined, range: RangeCondition): TermCondition {
  if (rangeKind(field, range) !== 'address' || !range.low || !range.high) return all
  const [low, high] = [parseAddress(range.low.text)!, parseAddress(range.high.text)!]
  return anyOf(rangeTexts({ low, high }), field)
}

function anyOf(texts: readonly string[] | undefined, field: string | undefined): TermCondition {
  return texts ? either(texts.map(text => term(text, field))) : all
}

function term(text: string, field?: string): TermWanted {
  const wanted = { kind: 'term', term: termOf(text), text } as const
  return field === undefined ? wanted : { ...wanted, field }
}

function both(parts: readonly TermCondition[]): TermCondition {
  return joined(
    'and',
    parts.filter(part => part.kind !== 'all'),
  )
}

function either(parts: readonly TermCondition[]): TermCondition {
  return parts.some(part => part.kind === 'all') ? all : joined('or', parts)
}

/** Flat and without repetition. */
function joined(kind: 'and' | 'or', parts: readonly TermCondition[]): TermCondition {
  const distinct = new Map<string, TermCondition>()
  for (const part of parts) {
    for (const each of part.kind === kind ? part.parts : [part]) {
      distinct.set(JSON.stringify(each), each)
    }
  }
  const [first = all, ...more] = distinct.values()
  return more.length === 0 ? first : { kind, parts: [first, ...more] }
}
