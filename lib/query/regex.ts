import { defaultSettings } from '../core/settings.ts'
import type { CharacterTest } from './character-class.ts'
import type { Span } from './query.ts'
import { parseRegex, RegexFault, type RegexNode } from './regex-syntax.ts'

/** Whether the expression occurs in a folded text. */
export type Regex = (folded: string) => boolean

/** Why a source is no expression of the documented subset, or `undefined` when it is one. */
export function regexFault(
  source: string,
): { readonly span: Span; readonly detail: string; readonly hint: string } | undefined {
  try {
    assemble(source)
    return undefined
  } catch (error) {
    if (!(error instanceof RegexFault)) throw error
    return { span: error.span, detail: `regular expression: ${error.message}`, hint: error.hint }
  }
}

/**
 * Matching takes time proportional to the text times the size of the expression, whatever they are:
 * all ways through the expression advance together, one character at a time (Thompson's
 * construction).
 */
export function compileRegex(source: string): Regex {
  const states = assemble(source)
  return folded => new RegexRun(states, folded).run()
}

type State =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'start' | 'end' | 'match' }
  | { readonly kind: 'fork'; to: number; or: number }

function assemble(source: string): readonly State[] {
  const assembler = new Assembler(source)
  assembler.add(parseRegex(source))
  assembler.states.push({ kind: 'match' })
  return assembler.states
}

/** Lays the states out in a row: each goes on to the next, a fork to two places. */
class Assembler {
  readonly states: State[] = []
  readonly #source: string
  #steps = 0

  constructor(source: string) {
    this.#source = source
  }

  add(node: RegexNode): void {
    if (++this.#steps > defaultSettings.regexStatesMax) {
      const detail = `it has more than ${defaultSettings.regexStatesMax} states`
      throw new RegexFault([0, this.#source.length], detail, 'repeat less, or split the query')
    }
    if (node.kind === 'sequence') for (const part of node.parts) this.add(part)
    else if (node.kind === 'choice') this.#addChoice(node.parts)
    else if (node.kind === 'repeat') this.#addRepeat(node)
    else if (node.kind === 'character') this.states.push(node)
    else this.states.push({ kind: node.kind })
  }

  #addChoice(parts: readonly RegexNode[]): void {
    const exits: { to: number; or: number }[] = []
    for (const [i, part] of parts.entries()) {
      const fork = i < parts.length - 1 ? this.#addFork() : undefined
      this.add(part)
      if (!fork) continue
      exits.push(this.#addFork())
      fork.or = this.states.length
    }
    for (const exit of exits) exit.to = exit.or = this.states.length
  }

  #addRepeat({ part, least, most }: RegexNode & { kind: 'repeat' }): void {
    for (let i = 0; i < least; i++) this.add(part)
    if (most === Number.POSITIVE_INFINITY) {
      const start = this.states.length
      const fork = this.#addFork()
      this.add(part)
      this.#addFork().to = start
      fork.or = this.states.length
      return
    }
    const forks: { or: number }[] = []
    for (let i = least; i < most; i++) {
      forks.push(this.#addFork())
      this.add(part)
    }
    for (const fork of forks) fork.or = this.states.length
  }

  #addFork(): { to: number; or: number } {
    const next = this.states.length + 1
    const fork = { kind: 'fork' as const, to: next, or: next }
    this.states.push(fork)
    return fork
  }
}

/** One pass over one text. */
class RegexRun {
  readonly #states: readonly State[]
  readonly #text: string
  /** Per state: one more than the position at which it was last entered. */
  readonly #entered: Uint32Array
  #position = 0
  #active: number[] = []

  constructor(states: readonly State[], text: string) {
    this.#states = states
    this.#text = text
    this.#entered = new Uint32Array(states.length)
  }

  run(): boolean {
    const text = this.#text
    for (;;) {
      if (this.#enter(0)) return true
      if (this.#position >= text.length) return false
      const character = String.fromCodePoint(text.codePointAt(this.#position)!)
      const before = this.#active
      this.#active = []
      this.#position += character.length
      for (const index of before) {
        const state = this.#states[index] as State & { kind: 'character' }
        if (state.test(character) && this.#enter(index + 1)) return true
      }
    }
  }

  /**
   * Follows forks and anchors from a state to the ones that wait for a character; true: a match.
   */
  #enter(first: number): boolean {
    const pending = [first]
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (this.#entered[index] === this.#position + 1) continue
      this.#entered[index] = this.#position + 1
      const state = this.#states[index]!
      if (state.kind === 'match') return true
      if (state.kind === 'character') this.#active.push(index)
      else if (state.kind === 'fork') pending.push(state.to, state.or)
      else if (this.#position === (state.kind === 'start' ? 0 : this.#text.length)) {
        pending.push(index + 1)
      }
    }
    return false
  }
}
