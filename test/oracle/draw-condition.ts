import { isIPv4 } from 'node:net'
import { formatTime } from '../../lib/core/time.ts'
import type { Condition } from '../../lib/query/query.ts'
import { addressesIn } from '../query/support/reference-address.ts'
import type { ReferenceLeaf } from '../query/support/reference-filter.ts'
import type { Dice } from './dice.ts'
import { respelledNumber } from './respelled-number.ts'

type Draw = (leaf: ReferenceLeaf, dice: Dice) => Condition | undefined

/** A condition that the leaf meets, or nearly meets; each of a kind the language has. */
export function drawCondition(leaf: ReferenceLeaf, dice: Dice): Condition {
  for (;;) {
    const drawn = dice.weighted(kinds)(leaf, dice)
    if (drawn) return drawn
  }
}

const kinds: readonly (readonly [number, Draw])[] = [
  [30, someWord],
  [15, somePhrase],
  [12, somePattern],
  [10, wholeText],
  [10, someNumber],
  [10, someRange],
  [10, someAddress],
  [6, someRegex],
  [4, someGroup],
  [5, nearMiss],
  [3, () => ({ kind: 'present' })],
  [1, nonsense],
]

/** Longest text drawn: a query has an end. */
const lengthMax = 300

function text(pieces: readonly string[], quoted = false): Condition | undefined {
  const isTooLong = pieces.reduce((sum, piece) => sum + piece.length, 0) > lengthMax
  return isTooLong ? undefined : { kind: 'text', pieces: pieces.map(wellFormed), quoted }
}

function wellFormed(piece: string): string {
  return piece.toWellFormed()
}

function shownText({ path, kind, text: spelled, isParameter }: ReferenceLeaf): string {
  if (isParameter && path === '@time') return formatTime(Number(spelled))
  return kind === 'null' ? 'null' : spelled
}

function wordsOf(leaf: ReferenceLeaf): RegExpExecArray[] {
  return [...shownText(leaf).matchAll(/[\p{L}\p{M}\p{N}_]+/gu)]
}

function someWord(leaf: ReferenceLeaf, dice: Dice): Condition | undefined {
  const words = wordsOf(leaf)
  return words.length === 0 ? undefined : text([recased(dice.pick(words)[0], dice)])
}

/** From one word's beginning to another's end, or beyond it by a sign. */
function somePhrase(leaf: ReferenceLeaf, dice: Dice): Condition | undefined {
  const words = wordsOf(leaf)
  if (words.length === 0) return undefined
  const first = dice.below(words.length)
  const last = words[Math.min(words.length - 1, first + dice.below(5))]!
  const start = Math.max(0, words[first]!.index - (dice.chance(0.2) ? 1 : 0))
  const end = last.index + last[0].length + (dice.chance(0.2) ? 1 : 0)
  return text([recased(shownText(leaf).slice(start, end), dice)], dice.chance(0.7))
}

/** Parts of the text with `*` between, before or behind them. */
function somePattern(leaf: ReferenceLeaf, dice: Dice): Condition | undefined {
  const whole = shownText(leaf)
  if (whole === '') return undefined
  const start = dice.below(whole.length)
  const part = whole.slice(start, start + 1 + dice.below(12))
  const middle = dice.below(part.length)
  const pieces = dice.chance(0.3)
    ? [part.slice(0, middle), part.slice(middle + dice.below(3))]
    : [part]
  const open = dice.weighted<[boolean, boolean]>([
    [3, [true, true]],
    [3, [false, true]],
    [3, [true, false]],
    [1, [false, false]],
  ])
  const all = [...(open[0] ? [''] : []), ...pieces, ...(open[1] ? [''] : [])]
  const drawn = all.map(piece => recased(piece, dice).replaceAll('*', '+'))
  // Several `*` in a row are one, and one alone is no pattern.
  const kept = drawn.filter((piece, i) => piece !== '' || i === 0 || i === drawn.length - 1)
  return kept.join('') === '' ? undefined : text(kept)
}

function wholeText(leaf: ReferenceLeaf, dice: Dice): Condition | undefined {
  return text([recased(shownText(leaf), dice)], dice.chance(0.6))
}

function someNumber(leaf: ReferenceLeaf, dice: Dice): Condition | undefined {
  const spelled = shownText(leaf)
  const number = leaf.kind === 'number' ? spelled : dice.pick(spelled.match(/\d+/g) ?? [''])
  const respelled = respelledNumber(number, dice)
  return respelled === undefined ? undefined : text([respelled])
}

/** A range whose bounds are this leaf's value and others near it. */
function someRange(leaf: ReferenceLeaf, dice: Dice): Condition | undefined {
  const spelled = shownText(leaf)
  if (spelled === '' || spelled.length > lengthMax / 2) return undefined
  const other = dice.weighted<() => string | undefined>([
    [3, () => respelledNumber(spelled, dice)],
    [2, () => dice.pick(addressesIn(spelled))],
    [1, () => spelled],
    [1, () => spelled.slice(0, 1 + dice.below(spelled.length))],
    [1, () => recased(spelled, dice)],
  ])()
  if (other === undefined || other === '') return undefined
  const bound = () => {
    const drawn = dice.chance(0.5) ? other : shifted(other, dice)
    return { text: drawn.toWellFormed(), inclusive: dice.chance(0.5) }
  }
  const [low, high] = [
    dice.chance(0.8) ? bound() : undefined,
    dice.chance(0.6) ? bound() : undefined,
  ]
  return low || high ? { kind: 'range', low, high } : undefined
}

/** A little more or less. */
function shifted(spelled: string, dice: Dice): string {
  const digits = [...spelled.matchAll(/\d/g)]
  if (digits.length === 0) return spelled
  const at = dice.pick(digits).index
  return spelled.slice(0, at) + dice.below(10) + spelled.slice(at + 1)
}

/** A block around an address of the text, or an address in another spelling. */
function someAddress(leaf: ReferenceLeaf, dice: Dice): Condition | undefined {
  const found = addressesIn(shownText(leaf))
  if (found.length === 0) return undefined
  const address = dice.pick(found)
  if (!isIPv4(address)) {
    const prefix = dice.pick(['', '', '/128', '/127', '/96', '/64', '/48', '/33', '/32', '/0'])
    return { kind: 'address', text: address + prefix }
  }
  const bits = dice.pick([0, 8, 9, 12, 16, 19, 20, 23, 24, 27, 28, 31, 32])
  if (dice.chance(0.8)) return { kind: 'address', text: `${address}/${bits}` }
  return { kind: 'address', text: `::ffff:${address}/${96 + bits}` }
}

/** An expression made of a part of the text. */
function someRegex(leaf: ReferenceLeaf, dice: Dice): Condition | undefined {
  const whole = shownText(leaf)
  if (whole === '') return undefined
  const start = dice.below(whole.length)
  const part = [...whole.slice(start, start + 1 + dice.below(10)).toWellFormed()]
  const atoms = part.map(character => {
    const sign = /[a-z0-9]/i.test(character) ? character : /\s/.test(character) ? '\\s' : undefined
    if (sign === undefined) return /[\p{L}\p{M}\p{N}]/u.test(character) ? '.' : `\\${character}`
    return dice.weighted([
      [8, sign],
      [1, '.'],
      [1, /\d/.test(character) ? '\\d+' : `[${sign}x]`],
      [1, /\w/.test(character) ? '\\w' : '\\W'],
      [1, `${sign}?`],
      [1, `(${sign}|zz)`],
      [1, `${sign}{1,3}`],
    ])
  })
  const source = atoms.filter(atom => !/^\\[\p{Cc}\p{Cs}]/u.test(atom)).join('')
  const head = start === 0 && dice.chance(0.3) ? '^' : ''
  return source === '' ? undefined : { kind: 'regex', source: head + source }
}

/** A part between dashes or points, as of a UUID, an address or a name. */
function someGroup(leaf: ReferenceLeaf, dice: Dice): Condition | undefined {
  const parts = shownText(leaf).split(/([-.:/@])/)
  if (parts.length < 3) return undefined
  const start = dice.below(parts.length)
  const drawn = parts.slice(start, start + 1 + dice.below(5)).join('')
  return drawn === '' ? undefined : text([recased(drawn, dice)], dice.chance(0.5))
}

/** The text with one character changed, left out or doubled. */
function nearMiss(leaf: ReferenceLeaf, dice: Dice): Condition | undefined {
  const words = wordsOf(leaf)
  if (words.length === 0) return undefined
  const word = [...dice.pick(words)[0]]
  const at = dice.below(word.length)
  const changed = dice.pick(['', 'q', word[at]! + word[at]!, '_', 'é'])
  const drawn = [...word.slice(0, at), changed, ...word.slice(at + 1)].join('')
  return drawn === '' ? undefined : text([drawn])
}

function nonsense(_leaf: ReferenceLeaf, dice: Dice): Condition | undefined {
  return text([dice.pick(['', 'zzzyx', '\u0000', '🦄', '-', '.', '"', '\\', 'null', 'a'])], true)
}

function recased(drawn: string, dice: Dice): string {
  return dice.weighted([
    [6, drawn],
    [1, drawn.toUpperCase()],
    [1, drawn.toLowerCase()],
  ])
}
