import type { Call, FaultKind } from './faults.ts'

export type Which = (call: Call) => boolean

/** A call that waits for the test. */
export interface Hold {
  /** Resolves when the call is there. */
  readonly reached: Promise<Call>
  resume(): void
  /** The process ends here. */
  crash(): void
}

export interface Delay<Answer> {
  readonly reached: Promise<Call>
  /** Lets it take effect now; what came of it. */
  release(): Answer
}

/** The n-th call that matches, of one process or of any. */
interface Place {
  readonly process: string | undefined
  readonly which: Which | undefined
  readonly nth: number
}

interface Rule<Act> {
  readonly place: Place
  readonly act: Act
  seen: number
  times: number
}

/** What a test has planned for particular calls. Each plan is used up by the call it meets. */
export class Script {
  readonly #before: Rule<(call: Call, go: () => void) => void>[] = []
  readonly #after: Rule<(call: Call, go: () => void) => void>[] = []
  readonly #delays: Rule<(call: Call, apply: () => unknown) => void>[] = []
  readonly #faults: Rule<FaultKind>[] = []
  #spread: Rule<FaultKind>[] = []

  hold(when: 'before' | 'after', place: Place, crash: (process: string) => void): Hold {
    const { promise: reached, resolve } = Promise.withResolvers<Call>()
    let held: { readonly call: Call; readonly go: () => void } | undefined
    const rules = when === 'before' ? this.#before : this.#after
    const act = (call: Call, go: () => void) => {
      held = { call, go }
      resolve(call)
    }
    const take = () => {
      if (!held) throw new Error('the call has not come here, or has gone on')
      const taken = held
      held = undefined
      return taken
    }
    rules.push({ place, act, seen: 0, times: 1 })
    return { reached, resume: () => take().go(), crash: () => crash(take().call.process) }
  }

  delay<Answer>(place: Place): Delay<Answer> {
    const { promise: reached, resolve } = Promise.withResolvers<Call>()
    let held: (() => unknown) | undefined
    const act = (call: Call, apply: () => unknown) => {
      held = apply
      resolve(call)
    }
    const release = () => {
      if (!held) throw new Error('the call has not been sent')
      return held() as Answer
    }
    this.#delays.push({ place, act, seen: 0, times: 1 })
    return { reached, release }
  }

  strike(fault: FaultKind, place: Place, times: number): void {
    this.#faults.push({ place, act: fault, seen: 0, times })
  }

  /** A fault that goes on to the next calls, whoever makes them. */
  spread(fault: FaultKind, count: number): void {
    const place = { process: undefined, which: undefined, nth: 1 }
    this.#spread.push({ place, act: fault, seen: 0, times: count })
  }

  forgetSpread(): void {
    this.#spread = []
  }

  holdBefore(call: Call, go: () => void): void {
    const act = takeRule(this.#before, call)
    if (act) act(call, go)
    else go()
  }

  holdAfter(call: Call, go: () => void): void {
    const act = takeRule(this.#after, call)
    if (act) act(call, go)
    else go()
  }

  takeDelay(call: Call, apply: () => unknown): boolean {
    const act = takeRule(this.#delays, call)
    act?.(call, apply)
    return act !== undefined
  }

  takeFault(call: Call): FaultKind | undefined {
    return takeRule(this.#faults, call) ?? takeRule(this.#spread, call)
  }
}

function takeRule<Act>(rules: Rule<Act>[], call: Call): Act | undefined {
  for (const [position, rule] of rules.entries()) {
    const { process, which, nth } = rule.place
    if ((process !== undefined && process !== call.process) || !(which?.(call) ?? true)) continue
    if (++rule.seen < nth) continue
    if (--rule.times === 0) rules.splice(position, 1)
    return rule.act
  }
  return undefined
}
