import { isIPv6 } from 'node:net'
import type { Bound, Condition, MatchQuery, Query } from '../../lib/query/query.ts'
import type { Dice } from './dice.ts'

/**
 * Writes a query down in one of the many ways the language has for it. `undefined` for what cannot
 * be written: a condition that as a text means another one.
 */
export function spellQuery(query: Query, dice: Dice): string | undefined {
  switch (query.kind) {
    case 'all':
      return dice.pick(['*', '**'])
    case 'not': {
      const part = spellPart(query.part, dice)
      const operator = dice.pick(['NOT ', 'NOT ', 'NOT NOT NOT ', '!', '-', 'NOT\t'])
      // Two dashes make a word, and a part may begin with one.
      return part && (part.startsWith('-') && operator === '-' ? `NOT ${part}` : operator + part)
    }
    case 'match':
      return spellMatch(query, dice)
    default: {
      const parts = query.parts.map(part => spellPart(part, dice))
      const signs = query.kind === 'and' ? [' ', ' AND ', ' && '] : [' OR ', ' || ', '\nOR ']
      return parts.includes(undefined) ? undefined : parts.join(dice.pick(signs))
    }
  }
}

function spellPart(query: Query, dice: Dice): string | undefined {
  const spelled = spellQuery(query, dice)
  const isJoined = query.kind === 'and' || query.kind === 'or'
  return spelled && (isJoined || dice.chance(0.05) ? `(${spelled})` : spelled)
}

function spellMatch({ field, condition }: MatchQuery, dice: Dice): string | undefined {
  if (field === undefined) {
    const value = spellCondition(condition, undefined, dice)
    return value !== undefined && isPlainValue(value) ? value : undefined
  }
  const value = spellCondition(condition, field, dice)
  // Behind `::` or `://` the name would be no field.
  if (value === undefined || /^(:|\/\/)/.test(value)) return undefined
  if (condition.kind === 'present' && dice.chance(0.3)) return `_exists_:${quotedName(field)}`
  const inList = /^[\w"*]/.test(value) && !/[(){},]/.test(value) && dice.chance(0.2)
  const listed = dice.pick(['', ` OR ${value}`, `, ${value}`])
  // Field and address together may be another address.
  const isAddress = isIPv6(`${field}:${value}`.split('/')[0]!)
  const name = isAddress ? quoted(field) : nameOf(field)
  return `${name}:${inList ? `(${value}${listed})` : value}`
}

function nameOf(field: string): string {
  return /^[\p{L}_@][\p{L}\p{M}\p{N}_@.-]*$/u.test(field) ? field : quoted(field)
}

function quotedName(field: string): string {
  return /^[\w@.]+$/.test(field) ? field : quoted(field)
}

function spellCondition(
  condition: Condition,
  field: string | undefined,
  dice: Dice,
): string | undefined {
  switch (condition.kind) {
    case 'present':
      return field === undefined ? undefined : '*'
    case 'address':
      return condition.text
    case 'regex':
      if (field === undefined || /\s/.test(condition.source)) return undefined
      return `/${condition.source}/`
    case 'range':
      return field === undefined ? undefined : spellRange(condition, dice)
    case 'text': {
      const [only = ''] = condition.pieces
      if (condition.quoted) return condition.pieces.length === 1 ? quoted(only) : undefined
      const spelled = condition.pieces.join('*')
      const isNegative = field !== undefined && /^-\d[\d.eE+-]*$/.test(spelled)
      return isNegative || isPlainWord(spelled) ? spelled : undefined
    }
  }
}

function spellRange(
  { low, high }: { low: Bound | undefined; high: Bound | undefined },
  dice: Dice,
): string {
  if (!low || !high) {
    const bound = (low ?? high)!
    const sign = (low ? '>' : '<') + (bound.inclusive ? '=' : '')
    if (dice.chance(0.7)) return sign + spellBound(bound.text, /^[\w.:+-]+$/)
  }
  const opening = low?.inclusive ? '[' : '{'
  const closing = high?.inclusive ? ']' : '}'
  const ends = [low, high].map(bound => (bound ? spellBound(bound.text, /^[\w.:+-]+$/) : '*'))
  return `${opening}${ends.join(' TO ')}${closing}`
}

function spellBound(text: string, plain: RegExp): string {
  return plain.test(text) ? text : quoted(text)
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** What may stand without quotation marks and mean just these characters, in a field or not. */
function isPlainWord(spelled: string): boolean {
  return (
    /^[^\s"()[\]{},<>=!&|/\\-][^\s"()[\]{},\\]*$/u.test(spelled) &&
    !/^(AND|OR|NOT|null)\b/.test(spelled) &&
    !/^\*+$/.test(spelled) &&
    !spelled.includes('..') &&
    !spelled.includes('/') &&
    !looksLikeAddress(spelled)
  )
}

/** Without a field, a colon might make one. */
function isPlainValue(value: string): boolean {
  return value.startsWith('"') || !value.includes(':') || looksLikeAddress(value)
}

function looksLikeAddress(text: string): boolean {
  return /^[0-9a-f:.]*:[0-9a-f:.]*(\/\d+)?$/i.test(text) && text.includes(':')
}
