import { formatTime, parseRfc3339, parseTime } from '../../../lib/core/time.ts'
import type { Condition, RangeCondition, TextCondition } from '../../../lib/query/query.ts'
import { addressesIn, addressOf, blockOf } from './reference-address.ts'
import { compareDecimals, isDecimal } from './reference-decimal.ts'
import type { ReferenceLeaf } from './reference-filter.ts'

type LeafCondition = (leaf: ReferenceLeaf) => boolean

/** Whether a leaf that is not null meets a condition, by docs/query.md alone. */
export function referenceCondition(condition: Condition, field: string | undefined): LeafCondition {
  switch (condition.kind) {
    case 'present':
      return () => true
    case 'regex': {
      const pattern = new RegExp(ownCase(scriptSource(condition.source)), 'ius')
      return leaf => pattern.test(ownCase(textOf(leaf)))
    }
    case 'address': {
      const isInside = blockOf(condition.text)
      return leaf => addressesIn(textOf(leaf)).some(isInside)
    }
    case 'text':
      return textCondition(condition, field !== undefined)
    case 'range':
      return rangeCondition(condition, field)
  }
}

const word = '[\\p{L}\\p{M}\\p{N}_]'
const notWord = '[^\\p{L}\\p{M}\\p{N}_]'

/** In JavaScript's spelling, which knows other words and escapes fewer signs. */
function scriptSource(source: string): string {
  return source.replace(/\\([\s\S])/gu, (spelled, character: string) => {
    if (character === 'w') return word
    if (character === 'W') return notWord
    const isSign = !/[a-zA-Z0-9^$\\.*+?()[\]{}|/]/.test(character)
    return isSign ? `\\u{${character.codePointAt(0)!.toString(16)}}` : spelled
  })
}

function isTime({ isParameter, path }: ReferenceLeaf): boolean {
  return isParameter && path === '@time'
}

function textOf(leaf: ReferenceLeaf): string {
  return isTime(leaf) ? formatTime(Number(leaf.text)) : leaf.text
}

/**
 * JavaScript takes the Kelvin sign for a k and the long s for an s, and the language does not: here
 * they are letters that have no case.
 */
function ownCase(text: string): string {
  return text.toWellFormed().replaceAll('\u212a', '\u01bb').replaceAll('\u017f', '\u0294')
}

function textCondition({ pieces, quoted }: TextCondition, hasField: boolean): LeafCondition {
  const [typed = ''] = pieces
  const isOne = pieces.length === 1
  if (isOne && typed === '') return leaf => textOf(leaf) === ''
  const occurs = occurrence(pieces)
  if (!hasField || quoted || !isOne || !isDecimal(typed)) return leaf => occurs(textOf(leaf))
  return leaf =>
    leaf.kind === 'number' && !isTime(leaf)
      ? compareDecimals(leaf.text, typed) === 0
      : occurs(textOf(leaf))
}

function occurrence(pieces: readonly string[]): (text: string) => boolean {
  const [first = '', last = ''] = [pieces[0], pieces.at(-1)]
  // An expression looks anywhere in the text anyway: a `*` at an end only lifts the rule for it.
  const inner = pieces
    .filter(piece => piece !== '')
    .map(piece => RegExp.escape(ownCase(piece)))
    .join('[^]*')
  const before = new RegExp(`^${word}`, 'u').test(first) ? `(?<!${word})` : ''
  const after = new RegExp(`${word}$`, 'u').test(last) ? `(?!${word})` : ''
  const pattern = new RegExp(before + inner + after, 'iu')
  const longest = pieces.reduce((a, b) => (a.length >= b.length ? a : b)).toLowerCase()
  // The expression is slow; a text of ASCII is in no text whose lower case does not hold it.
  if (!/^[\0-\x7f]*$/.test(longest)) return text => pattern.test(ownCase(text))
  return text => text.toLowerCase().includes(longest) && pattern.test(ownCase(text))
}

function rangeCondition(range: RangeCondition, field: string | undefined): LeafCondition {
  const bounds = [range.low, range.high].flatMap(bound => (bound ? [bound.text] : []))
  if (field === '@time') {
    const isInside = inside(range, parseTime, (a, b) => a - b)
    return leaf => (isTime(leaf) ? isInside(textOf(leaf)) : timeCondition(range)(leaf))
  }
  if (bounds.every(isDecimal)) {
    const isInside = inside(range, text => text, compareDecimals)
    return leaf =>
      !isTime(leaf) &&
      (leaf.kind === 'number' || (leaf.kind === 'string' && isDecimal(leaf.text))) &&
      isInside(leaf.text)
  }
  if (bounds.every(text => parseRfc3339(text) !== undefined)) return timeCondition(range)
  if (bounds.every(text => addressOf(text))) {
    const isInside = inside(range, addressOf, (a, b) =>
      a.bits !== b.bits ? Number.NaN : Number(a.value - b.value),
    )
    return leaf => addressesIn(textOf(leaf)).some(isInside)
  }
  const isInside = inside(range, text => [...text], compareCodePoints)
  return leaf => leaf.kind === 'string' && isInside(leaf.text.toWellFormed())
}

function timeCondition(range: RangeCondition): LeafCondition {
  const isInside = inside(range, parseRfc3339, (a, b) => a - b)
  return leaf => (leaf.kind === 'string' || isTime(leaf)) && isInside(textOf(leaf))
}

/** Whether the value of a text lies in the range; a text without a value does not. */
function inside<Value>(
  { low, high }: RangeCondition,
  read: (text: string) => Value | undefined,
  compare: (a: Value, b: Value) => number,
): (text: string) => boolean {
  const lowest = low && read(low.text)
  const highest = high && read(high.text)
  return text => {
    const value = read(text)
    if (value === undefined) return false
    const above = low ? compare(value, lowest!) : 1
    const below = high ? compare(highest!, value) : 1
    return (
      (above > 0 || (above === 0 && low!.inclusive)) &&
      (below > 0 || (below === 0 && high!.inclusive))
    )
  }
}

function compareCodePoints(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((character, i) => character !== b[i])
  if (at < 0) return a.length - b.length
  return a[at]!.codePointAt(0)! - (b[at]?.codePointAt(0) ?? -1)
}
