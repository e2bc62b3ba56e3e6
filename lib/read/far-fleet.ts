import type { Clock } from '../core/clock.ts'
import { ArchiveError } from '../core/errors.ts'
import { fraction, type Random } from '../core/random.ts'
import type { Settings } from '../core/settings.ts'
import { type HedgeOptions, hedged } from '../store/hedge.ts'
import type { Tab } from '../store/metering-store.ts'
import { CallLimit } from './call-limit.ts'
import { decodeReply, type PartReply } from './part-reply.ts'

/**
 * Why a call has no reply: `refused` for now, as the account has no room; `failed` on its way or by
 * itself; `closed` to everyone who asks so, as the function is not there or not allowed.
 */
export class CallFault extends Error {
  override readonly name = 'CallFault'
  readonly kind: 'refused' | 'failed' | 'closed'

  constructor(kind: CallFault['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}

/**
 * Calls the scan function and gives its reply as JSON. Throws `CallFault`, and the signal's reason
 * once it is aborted.
 */
export type CallScan = (order: string, signal: AbortSignal) => Promise<string>

export interface FarFleetOptions {
  readonly call: CallScan
  readonly clock: Clock
  readonly random: Random
  readonly settings: Settings
  /** Memory of the function: what a call costs by the second. */
  readonly gigabytes: number
  /** How long this process may wait for a reply. */
  readonly millisLeft: () => number
}

/** One order, and what it is asked with. */
export interface FarAsk {
  readonly order: string
  readonly frameCount: number
  /** How long the function may take for it. */
  readonly millisMax: number
  readonly signal: AbortSignal
  /** Counts a call before it is made; `undefined`: the budget has no room for it. */
  readonly openTab: () => Tab | undefined
  /** When the order may be asked a second time. */
  readonly isLate: HedgeOptions['isLate']
}

/** What a fleet says that has no reply: who asked looks through the frames. */
export type FarAnswer = Pick<PartReply, 'frames' | 'problem'>

/** Calls that failed in vain, at most: the third would hardly fare better. */
const failuresMax = 2

/**
 * The scan function's calls of this process. What comes of them is never worse than without: a part
 * that nobody took is looked through by who asked, and while there is no room at all nobody is
 * called.
 */
export class FarFleet {
  readonly #options: FarFleetOptions
  readonly #limit: CallLimit
  #restsUntilMicros = 0
  /** Calls in a row that were refused though no other was made beside them. */
  #refusedAlone = 0

  constructor(options: FarFleetOptions) {
    this.#options = options
    this.#limit = new CallLimit(options.settings.scanCallsMax)
  }

  /** Whether calls are worth a try now. */
  get isReady(): boolean {
    return this.#options.clock.nowMicros() >= this.#restsUntilMicros && this.millisLeft > 0
  }

  get gigabytes(): number {
    return this.#options.gigabytes
  }

  get millisLeft(): number {
    return this.#options.millisLeft()
  }

  async scan(ask: FarAsk): Promise<FarAnswer> {
    const { scanAttemptsMax } = this.#options.settings
    for (let refusals = 0, failures = 0; this.isReady; ) {
      try {
        return await this.#limit.run(() => this.#ask(ask))
      } catch (error) {
        ask.signal.throwIfAborted()
        if (!(error instanceof CallFault)) throw error
        if (error.kind === 'refused') {
          if (++refusals >= scanAttemptsMax) return nothing
          await this.#pause(refusals, ask.signal)
        } else if (error.kind === 'closed' || ++failures >= failuresMax) {
          return { frames: [], problem: error.message }
        }
      }
    }
    return nothing
  }

  async #ask(ask: FarAsk): Promise<FarAnswer> {
    const { signal, openTab, isLate } = ask
    signal.throwIfAborted()
    let tab = this.isReady ? openTab() : undefined
    if (!tab) return nothing
    let send = (sent: AbortSignal) => this.#send(ask, tab!, sent)
    return hedged(sent => send(sent), {
      signal,
      isLate,
      mayRepeat: () => {
        tab = this.isReady ? openTab() : undefined
        send = sent => this.#limit.runBeside(() => this.#send(ask, tab!, sent))
        return tab !== undefined
      },
    })
  }

  /** One that has no reply may have taken all that it might: so it stays on the tab. */
  async #send(ask: FarAsk, tab: Tab, signal: AbortSignal): Promise<PartReply> {
    try {
      const reply = decodeReply(await this.#call(ask, signal), ask.frameCount)
      tab.settle(reply.cost)
      this.#limit.rise()
      this.#refusedAlone = 0
      return reply
    } catch (error) {
      if (error instanceof ArchiveError || error instanceof SyntaxError) {
        throw new CallFault('failed', error.message)
      }
      if (error instanceof CallFault && error.kind !== 'failed') this.#turnAway(error.kind, tab)
      throw error
    }
  }

  /** The call was not taken. Who waits for its turn must know before it has it. */
  #turnAway(kind: 'refused' | 'closed', tab: Tab): void {
    tab.settle(undefined)
    if (kind === 'refused') this.#limit.fall()
    const isAlone = kind === 'refused' && this.#limit.allowed === 1
    if (isAlone) this.#refusedAlone++
    const isVain = this.#refusedAlone >= this.#options.settings.scanAttemptsMax
    if (isVain || kind === 'closed') this.#rest()
  }

  /** The reply, which must come some seconds after the function ends at the latest. */
  async #call({ order, millisMax }: FarAsk, signal: AbortSignal): Promise<string> {
    const { call, clock, settings } = this.#options
    const [late, done] = [new AbortController(), new AbortController()]
    const millis = millisMax + settings.scanStartMillisMax
    clock.sleep(millis, done.signal).then(
      () => late.abort(new CallFault('failed', `no reply within ${millis} ms`)),
      () => undefined,
    )
    try {
      return await call(order, AbortSignal.any([signal, late.signal]))
    } finally {
      done.abort()
    }
  }

  #rest(): void {
    const { clock, settings } = this.#options
    this.#refusedAlone = 0
    this.#restsUntilMicros = clock.nowMicros() + settings.scanRestMillis * 1000
  }

  async #pause(refusals: number, signal: AbortSignal): Promise<void> {
    const { clock, random, settings } = this.#options
    const millis = settings.retryPauseMillis * 2 ** (refusals - 1)
    await clock.sleep(millis * (0.5 + fraction(random)), signal)
  }
}

const nothing: FarAnswer = { frames: [] }
