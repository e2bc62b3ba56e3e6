import { isNumber } from './decimal.ts'
import { fold } from './fold.ts'
import { type Condition, type MatchQuery, type Query, timeField } from './query.ts'
import { parseRegex } from './regex-syntax.ts'
import { regexTexts } from './regex-text.ts'

/**
 * A text, or some, one of which every line that meets the query must hold in its bytes, in either
 * case, unless the line holds a `\u`: no other escape of JSON can hide the characters it is made
 * of.
 */
interface Necessary {
  /** Source of an expression over the Latin-1 reading of the bytes. */
  readonly source: string
  /** Bytes of the shortest alternative: the more, the rarer. */
  readonly length: number
}

/** Longer texts are looked for by their beginning, and wider choices not at all. */
const bytesMax = 32
const choicesMax = 16
/** A value this long tells more than the field's name, which many lines have. */
const telling = 3

/** The source of a `gi` expression, or `undefined` when the query needs no text. */
export function necessaryText(query: Query): string | undefined {
  return necessaryOf(query)?.source
}

function necessaryOf(query: Query): Necessary | undefined {
  if (query.kind === 'match') return necessaryOfMatch(query)
  if (query.kind === 'and') return longest(query.parts.map(necessaryOf))
  return query.kind === 'or' ? eitherOf(query.parts.map(necessaryOf)) : undefined
}

function longest(found: readonly (Necessary | undefined)[]): Necessary | undefined {
  let best: Necessary | undefined
  for (const each of found) if (each && each.length > (best?.length ?? 0)) best = each
  return best
}

function eitherOf(found: readonly (Necessary | undefined)[]): Necessary | undefined {
  if (found.length > choicesMax) return undefined
  if (!found.every(each => each !== undefined)) return undefined
  return {
    source: [...new Set(found.map(each => each.source))].join('|'),
    length: Math.min(...found.map(each => each.length)),
  }
}

function necessaryOfMatch({ field, condition }: MatchQuery): Necessary | undefined {
  if (field === timeField) return undefined
  const ofName = field === undefined ? undefined : longest(field.split('.').map(literal))
  const ofValue = necessaryOfValue(condition, field !== undefined)
  return ofValue && ofValue.length >= telling ? ofValue : longest([ofValue, ofName])
}

function necessaryOfValue(condition: Condition, hasField: boolean): Necessary | undefined {
  if (condition.kind === 'address') return ofBlock(condition.text)
  if (condition.kind === 'regex') return ofRegex(condition.source)
  if (condition.kind !== 'text') return undefined
  const [only = ''] = condition.pieces
  const comparesNumbers = hasField && !condition.quoted && condition.pieces.length === 1
  if (comparesNumbers && isNumber(only)) return ofNumber(only)
  return longest(condition.pieces.map(literal))
}

/**
 * The longest run of characters that have one spelling in bytes, but for the case of ASCII letters.
 */
function literal(text: string): Necessary | undefined {
  let best = ''
  let run = ''
  for (const character of fold(text)) {
    run = hasOneSpelling(character) ? run + character : ''
    if (run.length > best.length) best = run
  }
  const bytes = Buffer.from(best).subarray(0, bytesMax)
  if (bytes.length === 0) return undefined
  const source = bytes.toString('latin1').replace(/[.*+?^${}()|[\]]/g, '\\$&')
  return { source, length: bytes.length }
}

function hasOneSpelling(character: string): boolean {
  if (character <= '\x7f') return character >= ' ' && !'"\\/'.includes(character)
  return character.toLowerCase() === character && character.toUpperCase() === character
}

function ofRegex(source: string): Necessary | undefined {
  const texts = regexTexts(parseRegex(source))
  return texts && eitherOf(texts.map(literal))
}

/** A whole number is spelled with its digits, or with an exponent. */
function ofNumber(text: string): Necessary | undefined {
  if (!/^(0|-?[1-9]\d*)$/.test(text)) return undefined
  const digits = text.slice(0, bytesMax)
  return { source: `${digits}|\\de[+-]?\\d`, length: digits.length }
}

/** The whole numbers before the prefix's end, or the IPv6 spelling of an IPv4 address. */
function ofBlock(text: string): Necessary | undefined {
  const [address = '', prefix] = text.split('/')
  const count = Math.floor(Number(prefix) / 8)
  if (address.includes(':') || count === 0) return undefined
  const numbers = address.split('.').slice(0, count).join('.') + (count < 4 ? '.' : '')
  return { source: `${numbers.replaceAll('.', '\\.')}|ffff:`, length: numbers.length }
}
