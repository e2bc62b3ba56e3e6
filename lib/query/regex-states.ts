import { defaultSettings } from '../core/settings.ts'
import type { CharacterTest } from './character-class.ts'
import { parseRegex, RegexFault, type RegexNode } from './regex-syntax.ts'

/** A step of an expression; each goes on to the next in the row, a fork to two places. */
export type RegexState =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'start' | 'end' | 'match' }
  | { readonly kind: 'fork'; to: number; or: number }

/** The expression as a row of states. Throws RegexFault. */
export function assemble(source: string): readonly RegexState[] {
  const assembler = new Assembler(source)
  assembler.add(parseRegex(source))
  assembler.states.push({ kind: 'match' })
  return assembler.states
}

class Assembler {
  readonly states: RegexState[] = []
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
