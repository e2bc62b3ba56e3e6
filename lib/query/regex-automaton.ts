import type { LeafText } from './leaf-text.ts'
import type { RegexState } from './regex-states.ts'

/** Stops that are remembered; beyond them all are forgotten and made again as they are met. */
const stopsMax = 1000
const asciiEnd = 0x80

/** Where all ways through the expression stand after some characters. */
interface Stop {
  /** States that wait for a character. */
  readonly waiting: readonly number[]
  /** Whether the expression has occurred, or does if the text ends here. */
  readonly isMatch: boolean
  readonly isMatchAtEnd: boolean
  /** By ASCII character, as far as one was met here. */
  readonly next: (Stop | undefined)[]
}

/**
 * Looks for an expression in texts: all ways through it advance together, one character at a time
 * (Thompson's construction), so that time is proportional to the text times the size of the
 * expression at worst. Each combination of ways met is remembered with what follows it, so that
 * mostly a character costs one look.
 */
export class RegexAutomaton {
  readonly #states: readonly RegexState[]
  readonly #stops = new Map<string, Stop>()
  #first: Stop

  constructor(states: readonly RegexState[]) {
    this.#states = states
    this.#first = this.#makeStop([0], true)
  }

  matches(text: LeafText): boolean {
    const { bytes, start, end } = text
    let stop = this.#first
    for (let at = start; at < end; at++) {
      if (stop.isMatch) return true
      const byte = bytes[at]!
      if (byte >= asciiEnd) return this.#matchesFolded(text.folded)
      stop = stop.next[byte] ?? this.#follow(stop, byte)
    }
    return stop.isMatch || stop.isMatchAtEnd
  }

  #matchesFolded(folded: string): boolean {
    let stop = this.#first
    for (const character of folded) {
      if (stop.isMatch) return true
      const code = character.charCodeAt(0)
      if (code >= asciiEnd) stop = this.#step(stop, character)
      else stop = stop.next[code] ?? this.#follow(stop, code)
    }
    return stop.isMatch || stop.isMatchAtEnd
  }

  #follow(stop: Stop, code: number): Stop {
    const next = this.#step(stop, String.fromCharCode(code).toLowerCase())
    stop.next[code] = next
    return next
  }

  #step({ waiting }: Stop, character: string): Stop {
    // The expression may begin anywhere.
    const entered = [0]
    for (const index of waiting) {
      const state = this.#states[index] as RegexState & { kind: 'character' }
      if (state.test(character)) entered.push(index + 1)
    }
    const key = entered.join()
    const known = this.#stops.get(key)
    if (known) return known
    if (this.#stops.size >= stopsMax) {
      this.#stops.clear()
      this.#first = this.#makeStop([0], true)
    }
    const stop = this.#makeStop(entered, false)
    this.#stops.set(key, stop)
    return stop
  }

  #makeStop(entered: readonly number[], isStart: boolean): Stop {
    const { waiting, isMatch } = this.#reach(entered, isStart, false)
    const isMatchAtEnd = this.#reach(entered, isStart, true).isMatch
    return { waiting, isMatch, isMatchAtEnd, next: new Array(asciiEnd) }
  }

  /** Follows forks and anchors to the states that wait for a character. */
  #reach(entered: readonly number[], isStart: boolean, isEnd: boolean) {
    const seen = new Set<number>()
    const waiting: number[] = []
    let isMatch = false
    const pending = [...entered]
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (seen.has(index)) continue
      seen.add(index)
      const state = this.#states[index]!
      if (state.kind === 'match') isMatch = true
      else if (state.kind === 'character') waiting.push(index)
      else if (state.kind === 'fork') pending.push(state.to, state.or)
      else if (state.kind === 'start' ? isStart : isEnd) pending.push(index + 1)
    }
    return { waiting: waiting.sort((a, b) => a - b), isMatch }
  }
}
