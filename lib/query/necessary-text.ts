import { isNumber } from './decimal.ts'
import { fold } from './fold.ts'
import { type Condition, type MatchQuery, type Query, timeField } from './query.ts'
import { parseRegex } from './regex-syntax.ts'
import { regexTexts } from './regex-text.ts'
import { type SearchedTexts, searchTextBytesMax, searchTextsMax } from './text-search.ts'

/**
 * A text, or some, one of which every line that meets the query must hold in its bytes, in either
 * case, unless the line holds a `\u`: no other escape of JSON can hide the characters it is made
 * of.
 */
interface Necessary extends SearchedTexts {
  /** Bytes of the shortest text: the more, the rarer. */
  readonly length: number
}

/** A value this long tells more than the field's name, which many lines have. */
const telling = 3

/** `undefined` when the query needs no text. */
export function necessaryText(query: Query): SearchedTexts | undefined {
  return necessaryOf(query)
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
  if (!found.every(each => each !== undefined)) return undefined
  const texts = [...new Set(found.flatMap(each => each.texts))]
  // Wider choices are not looked for at all.
  if (texts.length > searchTextsMax) return undefined
  return {
    texts,
    orExponent: found.some(each => each.orExponent),
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
  // Longer texts are looked for by their beginning.
  const bytes = Buffer.from(best).subarray(0, searchTextBytesMax)
  if (bytes.length === 0) return undefined
  return { texts: [bytes.toString('latin1')], orExponent: false, length: bytes.length }
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
  const digits = text.slice(0, searchTextBytesMax)
  return { texts: [digits], orExponent: true, length: digits.length }
}

/** The whole numbers before the prefix's end, or the IPv6 spelling of an IPv4 address. */
function ofBlock(text: string): Necessary | undefined {
  const [address = '', prefix] = text.split('/')
  const count = Math.floor(Number(prefix) / 8)
  if (address.includes(':') || count === 0) return undefined
  const numbers = address.split('.').slice(0, count).join('.') + (count < 4 ? '.' : '')
  return { texts: [numbers, 'ffff:'], orExponent: false, length: numbers.length }
}
