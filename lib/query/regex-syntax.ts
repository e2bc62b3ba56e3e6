import { defaultSettings } from '../core/settings.ts'
import { between, type CharacterTest, classOf, namedClasses, oneOf } from './character-class.ts'
import type { Span } from './query.ts'

/** A regular expression as a tree; `most` is Infinity where there is no upper bound. */
export type RegexNode =
  /** `only` is the one character, in either case, that it tests for, unless it is a class. */
  | { readonly kind: 'character'; readonly test: CharacterTest; readonly only?: string }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly RegexNode[] }
  | {
      readonly kind: 'repeat'
      readonly part: RegexNode
      readonly least: number
      readonly most: number
    }

/** What in an expression cannot be read, by its place in the source. */
export class RegexFault extends Error {
  readonly span: Span
  readonly hint: string

  constructor(span: Span, detail: string, hint: string) {
    super(detail)
    this.span = span
    this.hint = hint
  }
}

/** Reads the documented subset; throws RegexFault, which does not leave `regex.ts`. */
export function parseRegex(source: string): RegexNode {
  const parser = new RegexParser(source)
  const node = parser.parseChoice(0)
  if (parser.position < source.length)
    parser.fail(1, 'this ) closes nothing', 'write \\) for the sign')
  return node
}

class RegexParser {
  readonly #source: string
  position = 0

  constructor(source: string) {
    this.#source = source
  }

  fail(length: number, detail: string, hint: string): never {
    throw new RegexFault([this.position, this.position + length], detail, hint)
  }

  parseChoice(depth: number): RegexNode {
    const parts = [this.#parseSequence(depth)]
    while (this.#takeIf('|')) parts.push(this.#parseSequence(depth))
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts }
  }

  #parseSequence(depth: number): RegexNode {
    const parts: RegexNode[] = []
    while (this.position < this.#source.length && !'|)'.includes(this.#next)) {
      parts.push(this.#parseRepeat(depth))
    }
    return { kind: 'sequence', parts }
  }

  #parseRepeat(depth: number): RegexNode {
    const part = this.#parseAtom(depth)
    const counts = this.#takeCounts()
    if (!counts) return part
    if ('?*+{'.includes(this.#next) && this.position < this.#source.length) {
      this.fail(
        1,
        'a repetition of a repetition',
        'every match counts: lazy and greedy are the same',
      )
    }
    return { kind: 'repeat', part, least: counts[0], most: counts[1] }
  }

  #takeCounts(): readonly [least: number, most: number] | undefined {
    if (this.#takeIf('?')) return [0, 1]
    if (this.#takeIf('*')) return [0, Number.POSITIVE_INFINITY]
    if (this.#takeIf('+')) return [1, Number.POSITIVE_INFINITY]
    if (this.#next !== '{') return undefined
    const counts = /^\{(\d{1,4})(,?)(\d{0,4})\}/.exec(
      this.#source.slice(this.position, this.position + 12),
    )
    if (!counts)
      this.fail(1, 'this { is no repetition', 'write {2}, {2,} or {2,5}; \\{ for the sign')
    const least = Number(counts[1])
    const most = counts[3] ? Number(counts[3]) : counts[2] ? Number.POSITIVE_INFINITY : least
    if (most < least) this.fail(counts[0].length, 'the bounds are in the wrong order', 'swap them')
    this.position += counts[0].length
    return [least, most]
  }

  #parseAtom(depth: number): RegexNode {
    const character = this.#takeCharacter()
    switch (character) {
      case '(':
        return this.#parseGroup(depth)
      case '[':
        return { kind: 'character', test: this.#parseClass() }
      case '.':
        return { kind: 'character', test: () => true }
      case '^':
        return { kind: 'start' }
      case '$':
        return { kind: 'end' }
      case '\\':
        return this.#parseEscapeAtom()
    }
    if ('?*+{'.includes(character)) {
      this.position--
      this.fail(1, `nothing stands before ${character}`, `write \\${character} for the sign`)
    }
    return { kind: 'character', test: oneOf(character), only: character }
  }

  #parseGroup(depth: number): RegexNode {
    if (depth >= defaultSettings.queryDepthMax) {
      this.fail(
        1,
        `groups are nested deeper than ${defaultSettings.queryDepthMax}`,
        'write it flatter',
      )
    }
    if (this.#next === '?' && !this.#source.startsWith('?:', this.position)) {
      this.fail(1, 'groups with ? are not supported', 'only (…) and (?:…) are')
    }
    if (this.#takeIf('?')) this.position++
    const start = this.position
    const node = this.parseChoice(depth + 1)
    if (!this.#takeIf(')')) {
      this.position = start - 1
      this.fail(1, 'this ( is never closed', 'write \\( for the sign')
    }
    return node
  }

  #parseEscapeAtom(): RegexNode {
    const start = this.position
    const test = this.#parseEscape()
    const escaped = this.#source.slice(start, this.position)
    return isSign(escaped)
      ? { kind: 'character', test, only: escaped }
      : { kind: 'character', test }
  }

  #parseEscape(): CharacterTest {
    const character = this.#takeCharacter()
    const named = namedClasses[character]
    if (named) return named
    if (isSign(character)) return oneOf(character)
    this.position -= character.length + 1
    const hint = '\\d \\w \\s \\D \\W \\S \\n \\t \\r and signs are'
    return this.fail(character.length + 1, `\\${character} is not supported`, hint)
  }

  #parseClass(): CharacterTest {
    const start = this.position - 1
    const isNegated = this.#takeIf('^')
    const members: CharacterTest[] = []
    while (this.#next !== ']' || members.length === 0) {
      if (this.position >= this.#source.length) {
        this.position = start
        this.fail(1, 'this [ is never closed', 'write \\[ for the sign')
      }
      members.push(this.#parseClassMember())
    }
    this.position++
    return classOf(members, isNegated)
  }

  #parseClassMember(): CharacterTest {
    const low = this.#takeCharacter()
    if (low === '\\') {
      const start = this.position
      const test = this.#parseEscape()
      const escaped = this.#source.slice(start, this.position)
      return /[A-Za-z]/.test(escaped) || !this.#isRangeHere ? test : this.#parseClassRange(escaped)
    }
    return this.#isRangeHere ? this.#parseClassRange(low) : oneOf(low)
  }

  get #isRangeHere(): boolean {
    return this.#next === '-' && !['', ']'].includes(this.#source.charAt(this.position + 1))
  }

  #parseClassRange(low: string): CharacterTest {
    const dash = this.position++
    this.#takeIf('\\')
    const high = this.#takeCharacter()
    if (low.codePointAt(0)! <= high.codePointAt(0)!) return between(low, high)
    this.position = dash
    return this.fail(1, `the range ${low}-${high} is in the wrong order`, 'swap its ends')
  }

  #takeCharacter(): string {
    const code = this.#source.codePointAt(this.position)
    const character = code === undefined ? '' : String.fromCodePoint(code)
    this.position += character.length
    return character
  }

  #takeIf(character: string): boolean {
    if (this.#next !== character) return false
    this.position++
    return true
  }

  get #next(): string {
    return this.#source.charAt(this.position)
  }
}

function isSign(character: string): boolean {
  return character !== '' && !/[A-Za-z0-9]/.test(character)
}
