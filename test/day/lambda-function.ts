import type { Context } from 'aws-lambda'
import type { Life, Scheduler } from '../simulation/scheduler.ts'

/** One execution environment: a process that is frozen between its calls. */
interface Environment {
  readonly life: Life
  readonly handler: Handler
  idleSinceMicros: number
}

export type Handler = (
  call: { readonly tidies: boolean },
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<unknown>

export interface FunctionOptions {
  readonly scheduler: Scheduler
  readonly name: string
  readonly timeoutMillis: number
  /** Calls at a time that the account has left for this function now. */
  readonly concurrencyNow: () => number
  /** Of calls that end in the middle: out of memory, a host that fails. */
  readonly deathRate: number
  /** Begins a process. */
  readonly start: (life: Life) => Promise<Handler>
}

/** What was billed, and why calls did not end well. */
export interface FunctionCounts {
  calls: number
  billedMillis: number
  longestMillis: number
  throttled: number
  timedOut: number
  died: number
  failed: number
}

/** Of a bundle of this size; billed. */
const initMillis = 400
/** Lambda keeps an environment that has nothing to do for some minutes. */
const idleMicrosMax = 10 * 60e6

/** A Lambda function as the service runs it: warm and cold, throttled, cut off at its timeout. */
export class LambdaFunction {
  readonly counts: FunctionCounts = {
    calls: 0,
    billedMillis: 0,
    longestMillis: 0,
    throttled: 0,
    timedOut: 0,
    died: 0,
    failed: 0,
  }
  readonly #options: FunctionOptions
  #warm: Environment[] = []
  #running = 0

  constructor(options: FunctionOptions) {
    this.#options = options
  }

  /** `throttled`: it was not called at all. */
  async invoke(call: { readonly tidies: boolean }): Promise<'done' | 'failed' | 'throttled'> {
    const { scheduler, timeoutMillis } = this.#options
    if (this.#running >= this.#options.concurrencyNow()) {
      this.counts.throttled++
      return 'throttled'
    }
    this.#running++
    this.counts.calls++
    const beginMicros = scheduler.nowMicros
    const warm = this.#takeWarm()
    const coldMillis = warm ? 0 : initMillis
    if (!warm) await this.#pass(initMillis)
    const environment = warm ?? (await this.#start())
    const deadlineMicros = scheduler.nowMicros + timeoutMillis * 1000
    const context = {
      getRemainingTimeInMillis: () => (deadlineMicros - scheduler.nowMicros) / 1000,
    }
    const end = await this.#carryOut(environment, call, context, deadlineMicros)
    const millis = Math.ceil((scheduler.nowMicros - beginMicros) / 1000)
    this.counts.billedMillis += millis
    this.counts.longestMillis = Math.max(this.counts.longestMillis, millis - coldMillis)
    this.#running--
    if (end === 'done' || end === 'failed') this.#keepWarm(environment)
    if (end !== 'done') this.counts[end]++
    return end === 'done' ? 'done' : 'failed'
  }

  #carryOut(
    { life, handler }: Environment,
    call: { readonly tidies: boolean },
    context: Parameters<Handler>[1],
    deadlineMicros: number,
  ): Promise<'done' | 'failed' | 'timedOut' | 'died'> {
    const { scheduler, deathRate, timeoutMillis } = this.#options
    return new Promise(resolve => {
      const kill = (how: 'timedOut' | 'died') => () => {
        scheduler.crash(life)
        settle(how)
      }
      const cancels = [scheduler.addAt(undefined, deadlineMicros, kill('timedOut'))]
      if (scheduler.random.next() < deathRate) {
        const afterMicros = scheduler.random.next() * Math.min(timeoutMillis, 60_000) * 1000
        cancels.push(scheduler.addAt(undefined, scheduler.nowMicros + afterMicros, kill('died')))
      }
      const settle = (how: 'done' | 'failed' | 'timedOut' | 'died') => {
        for (const cancel of cancels) cancel()
        resolve(how)
      }
      scheduler.thaw(life)
      handler(call, context).then(
        () => settle('done'),
        () => settle('failed'),
      )
    })
  }

  async #start(): Promise<Environment> {
    const { name, start, scheduler } = this.#options
    const life = { name, isFrozen: false, isCrashed: false }
    return { life, handler: await start(life), idleSinceMicros: scheduler.nowMicros }
  }

  #takeWarm(): Environment | undefined {
    const oldest = this.#options.scheduler.nowMicros - idleMicrosMax
    this.#warm = this.#warm.filter(each => each.idleSinceMicros >= oldest)
    return this.#warm.pop()
  }

  #keepWarm(environment: Environment): void {
    const { scheduler } = this.#options
    scheduler.freeze(environment.life)
    environment.idleSinceMicros = scheduler.nowMicros
    this.#warm.push(environment)
  }

  #pass(millis: number): Promise<void> {
    const { scheduler } = this.#options
    return new Promise(resolve => {
      scheduler.addAt(undefined, scheduler.nowMicros + millis * 1000, resolve)
    })
  }
}
