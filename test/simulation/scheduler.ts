import type { Clock } from '../../lib/core/clock.ts'
import { seededRandom } from '../../lib/core/random.ts'

/** One life of a simulated process. A crashed one stays crashed; a restart is a new life. */
export interface Life {
  readonly name: string
  isFrozen: boolean
  isCrashed: boolean
}

interface Step {
  /** Whose step it is: a frozen process does not take it, a crashed one never does. */
  readonly life: Life | undefined
  /** Number of steps that must have been taken before. */
  readonly notBefore: number
  readonly run: () => void
}

interface Sleeper {
  readonly life: Life | undefined
  readonly dueMicros: number
  readonly wake: () => void
}

const stepsMax = 5_000_000

/**
 * Runs a history: one step at a time, chosen by the seed among all that could come next, each after
 * the code it woke has come to rest. Time is virtual and passes only when there is nothing else to
 * do. The same seed gives the same history, as long as the code waits for nothing but steps and
 * sleeps.
 */
export class Scheduler {
  readonly random: ReturnType<typeof seededRandom>
  nowMicros: number
  stepCount = 0
  #steps: Step[] = []
  #sleepers: Sleeper[] = []
  #isPumping = false
  #isStopped = false

  constructor(seed: number, startMicros: number) {
    this.random = seededRandom(seed)
    this.nowMicros = startMicros
  }

  /** Adds a step that may be taken once `delaySteps` others were. */
  add(life: Life | undefined, run: () => void, delaySteps = 0): void {
    this.#steps.push({ life, run, notBefore: this.stepCount + delaySteps })
    this.#pump()
  }

  /** Adds something that happens when virtual time has come so far. */
  addAt(life: Life | undefined, dueMicros: number, wake: () => void): () => void {
    const sleeper = { life, dueMicros, wake }
    this.#sleepers.push(sleeper)
    this.#pump()
    return () => {
      this.#sleepers = this.#sleepers.filter(other => other !== sleeper)
    }
  }

  /** A clock as this process sees it. */
  clockFor(life: Life, skewMicros: () => number): Clock {
    return {
      nowMicros: () => this.nowMicros + skewMicros(),
      sleep: (millis, signal) =>
        new Promise((resolve, reject) => {
          if (signal?.aborted) return reject(signal.reason)
          const cancel = this.addAt(life, this.nowMicros + Math.ceil(millis * 1000), () => {
            signal?.removeEventListener('abort', stop)
            resolve()
          })
          const stop = () => {
            cancel()
            reject(signal?.reason)
          }
          signal?.addEventListener('abort', stop, { once: true })
        }),
    }
  }

  /** Lets time pass; whoever is due by then wakes. */
  advance(millis: number): void {
    this.nowMicros += millis * 1000
    this.#pump()
  }

  /** Takes a process's steps out of the history until `thaw`. */
  freeze(life: Life): void {
    life.isFrozen = true
  }

  thaw(life: Life): void {
    life.isFrozen = false
    this.#pump()
  }

  crash(life: Life): void {
    life.isCrashed = true
  }

  /** Ends the history: nothing happens any more. */
  stop(): void {
    this.#isStopped = true
    this.#steps = []
    this.#sleepers = []
  }

  async #pump(): Promise<void> {
    if (this.#isPumping) return
    this.#isPumping = true
    do await comeToRest()
    while (!this.#isStopped && this.#takeOne())
    this.#isPumping = false
  }

  #takeOne(): boolean {
    this.#steps = this.#steps.filter(step => !step.life?.isCrashed)
    this.#sleepers = this.#sleepers.filter(sleeper => !sleeper.life?.isCrashed)
    const step = this.#choose()
    if (step) {
      this.#steps.splice(this.#steps.indexOf(step), 1)
      if (++this.stepCount > stepsMax) throw new Error(`a history of more than ${stepsMax} steps`)
      step.run()
      return true
    }
    return this.#wakeNext()
  }

  #choose(): Step | undefined {
    const awake = this.#steps.filter(step => !step.life?.isFrozen)
    const ready = awake.filter(step => step.notBefore <= this.stepCount)
    if (ready.length > 0) return ready[Math.floor(this.random.next() * ready.length)]
    return awake.sort((a, b) => a.notBefore - b.notBefore)[0]
  }

  #wakeNext(): boolean {
    const awake = this.#sleepers.filter(sleeper => !sleeper.life?.isFrozen)
    const next = awake.sort((a, b) => a.dueMicros - b.dueMicros)[0]
    if (!next) return false
    this.#sleepers.splice(this.#sleepers.indexOf(next), 1)
    this.nowMicros = Math.max(this.nowMicros, next.dueMicros)
    next.wake()
    return true
  }
}

/** All promises that could go on have gone on when the event loop comes round. */
function comeToRest(): Promise<void> {
  return new Promise(resolve => {
    setImmediate(resolve)
  })
}
