/**
 * Lets at most so many calls run at once. The limit falls to what was not refused, and rises by one
 * after as many calls as it allows went well.
 */
export class CallLimit {
  readonly #max: number
  #allowed: number
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(max: number) {
    this.#max = Math.max(1, max)
    this.#allowed = this.#max
  }

  /** Calls that may run at once now. */
  get allowed(): number {
    return Math.floor(this.#allowed)
  }

  /** Runs the call when its turn comes. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    while (this.#running >= this.allowed) {
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    }
    return this.runBeside(call)
  }

  /** Runs the call at once, beyond the limit: a second one for what is late. */
  async runBeside<T>(call: () => Promise<T>): Promise<T> {
    this.#running++
    try {
      return await call()
    } finally {
      this.#running--
      for (const next of this.#waiting.splice(0, Math.max(1, this.allowed - this.#running))) next()
    }
  }

  /** A call went well. */
  rise(): void {
    this.#allowed = Math.min(this.#max, this.#allowed + 1 / this.#allowed)
  }

  /** A call that runs was refused: those beside it were not. */
  fall(): void {
    this.#allowed = Math.max(1, Math.min(this.#allowed, this.#running - 1))
  }
}
