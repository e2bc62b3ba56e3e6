import { createHash } from 'node:crypto'
import type { Clock } from '../../lib/core/clock.ts'
import { type Random, seededRandom } from '../../lib/core/random.ts'
import { ObjectTable } from '../../lib/store/object-table.ts'
import type { PutResult, Store } from '../../lib/store/store.ts'
import {
  type Call,
  canStrike,
  type FaultKind,
  type FaultRates,
  faultKinds,
  faults,
} from './faults.ts'
import { RequestInFlight } from './request-in-flight.ts'
import { type Life, Scheduler } from './scheduler.ts'
import { type Delay, type Hold, Script, type Which } from './script.ts'
import { type Send, SimulatedStore } from './simulated-store.ts'

/** 2026-11-20T00:00:00Z */
const defaultStartMicros = 1_795_132_800_000_000

/**
 * A world of processes around one simulated store. Every request goes in steps that the seed puts
 * in order: it leaves, it arrives and takes effect, its answer comes back; a fault may strike in
 * between, by chance (`faults`) or by script (`pauseBefore`, `pauseAfter`, `delay`, `inject`). A
 * process is whoever uses the store, clock and random of one name; when it crashes, none of its
 * calls ever settles again, and the same name asked for anew is its restart.
 */
export class World {
  readonly scheduler: Scheduler
  /** Everything that happened, in order. */
  readonly trace: string[] = []
  /** How often each kind of fault has struck. */
  readonly faultCounts = new Map<string, number>()
  readonly #seed: number
  readonly #table = new ObjectTable()
  readonly #pageSize: number
  readonly #script = new Script()
  readonly #lives = new Map<string, Life>()
  readonly #crashes = new Map<string, () => void>()
  readonly #skews = new Map<string, number>()
  #rates: FaultRates
  /** Requests sent so far. */
  callCount = 0

  constructor(
    options: {
      readonly seed?: number
      readonly startMicros?: number
      readonly pageSize?: number
      readonly faults?: FaultRates
    } = {},
  ) {
    this.#seed = options.seed ?? 1
    this.#pageSize = options.pageSize ?? 3
    this.#rates = options.faults ?? {}
    this.scheduler = new Scheduler(this.#seed, options.startMicros ?? defaultStartMicros)
  }

  storeFor(process: string): Store {
    const nowMicros = () => this.#storeTimeMicros()
    const objects = { table: this.#table, pageSize: this.#pageSize, nowMicros }
    return new SimulatedStore(objects, this.#sendFor(this.#lifeOf(process)))
  }

  clockFor(process: string): Clock {
    return this.scheduler.clockFor(this.#lifeOf(process), () => this.#skews.get(process) ?? 0)
  }

  /** Its own sequence for each name, whatever the others draw. */
  randomFor(process: string): Random {
    const digest = createHash('sha256').update(`${this.#seed} ${process}`).digest()
    return seededRandom(digest.readUInt32LE())
  }

  /** Holds the call before it leaves. */
  pauseBefore(process: string | undefined, which?: Which, nth = 1): Hold {
    return this.#script.hold('before', { process, which, nth }, name => this.crash(name))
  }

  /** Holds the call when it has taken effect, before its caller hears of it. */
  pauseAfter(process: string | undefined, which?: Which, nth = 1): Hold {
    return this.#script.hold('after', { process, which, nth }, name => this.crash(name))
  }

  /** The caller of the put hears `unknown` at once; it takes effect when released, or never. */
  delay(process: string | undefined, which?: Which, nth = 1): Delay<PutResult> {
    return this.#script.delay({ process, which, nth })
  }

  /** Lets the fault strike the next `times` calls that match. */
  inject(
    fault: FaultKind,
    options: { readonly process?: string; readonly which?: Which; readonly times?: number } = {},
  ): void {
    const which: Which = call => canStrike(fault, call) && (options.which?.(call) ?? true)
    this.#script.strike(fault, { process: options.process, which, nth: 1 }, options.times ?? 1)
  }

  /** Lets the fault strike the call for which `which`, asked for every call, says so. */
  injectAny(fault: FaultKind, process: string, which: Which): void {
    this.#script.strike(fault, { process, which, nth: 1 }, 1)
  }

  /** From now on faults strike this often; `{}` stops them. */
  setFaults(rates: FaultRates): void {
    this.#rates = rates
    this.#script.forgetSpread()
  }

  /** The process stops where it is. What it has sent arrives; what is sent to it does not. */
  crash(process: string): void {
    const life = this.#lifeOf(process)
    this.scheduler.crash(life)
    this.#lives.delete(process)
    this.trace.push(`${this.scheduler.stepCount} ${process} crashed`)
    this.#crashes.get(process)?.()
    this.#crashes.delete(process)
  }

  /** Resolves when this process crashes, to race with its work. */
  crashed(process: string): Promise<void> {
    return new Promise(resolve => this.#crashes.set(process, resolve))
  }

  /** The process stops after so many steps of anybody, wherever it is then. */
  crashLater(process: string, steps: number): void {
    const life = this.#lifeOf(process)
    const crash = () => {
      if (!life.isCrashed && this.#lives.get(process) === life) this.crash(process)
    }
    this.scheduler.add(undefined, crash, steps)
  }

  noteFault(kind: string): void {
    this.faultCounts.set(kind, (this.faultCounts.get(kind) ?? 0) + 1)
  }

  freeze(process: string): void {
    this.scheduler.freeze(this.#lifeOf(process))
  }

  thaw(process: string): void {
    this.scheduler.thaw(this.#lifeOf(process))
  }

  /** Puts the clock of a process ahead of the store's, or behind it. */
  skew(process: string, millis: number): void {
    this.#skews.set(process, millis * 1000)
  }

  advance(millis: number): void {
    this.scheduler.advance(millis)
  }

  /** The objects as they are, without a request. */
  keys(prefix = ''): string[] {
    return this.#table.keys().filter(key => key.startsWith(prefix))
  }

  object(key: string): Buffer | undefined {
    return this.#table.get(key)?.bytes
  }

  /** Puts bytes there, as a decaying disk or an operator might. */
  overwrite(key: string, bytes: Uint8Array): void {
    this.#table.put(key, bytes, this.#storeTimeMicros())
  }

  remove(key: string): void {
    this.#table.delete(key)
  }

  /** The same for the same seed and code. */
  traceHash(): string {
    return createHash('sha256').update(this.trace.join('\n')).digest('hex')
  }

  /** Ends the history. Without this a process that sleeps and wakes for ever would never end. */
  stop(): void {
    this.scheduler.stop()
  }

  #sendFor(life: Life): Send {
    return async <Answer>(
      described: Omit<Call, 'number' | 'process'>,
      apply: () => Answer,
      signal: AbortSignal | undefined,
    ) => {
      signal?.throwIfAborted()
      const call = { ...described, number: ++this.callCount, process: life.name }
      return new Promise<Answer>((resolve, reject) => {
        const stop = () => abandon(request, signal?.reason, reject)
        signal?.addEventListener('abort', stop, { once: true })
        const given = {
          apply,
          reject,
          resolve: (answer: unknown) => {
            signal?.removeEventListener('abort', stop)
            resolve(answer as Answer)
          },
        }
        const request = new RequestInFlight(this.#surroundings(), life, call, given)
        const depart = () => {
          if (!life.isCrashed) this.scheduler.add(undefined, () => this.#arrive(request))
        }
        if (!life.isCrashed) this.#script.holdBefore(call, depart)
      })
    }
  }

  #arrive(request: RequestInFlight): void {
    const { call } = request
    if (this.#script.takeDelay(call, () => request.apply())) {
      request.replyNothing('timed out')
      return
    }
    const fault = this.#script.takeFault(call) ?? this.#chooseFault(call)
    if (fault) {
      this.#record(call, `fault: ${fault}`)
      this.noteFault(fault)
      faults[fault].strike(request)
    } else request.reply(request.apply())
  }

  #chooseFault(call: Call): FaultKind | undefined {
    for (const fault of faultKinds) {
      const rate = this.#rates[fault]
      if (rate && canStrike(fault, call) && this.scheduler.random.next() < rate) return fault
    }
    return undefined
  }

  #surroundings() {
    return {
      scheduler: this.scheduler,
      table: this.#table,
      record: (call: Call, what: string) => this.#record(call, what),
      crash: (process: string) => this.crash(process),
      spread: (fault: FaultKind, count: number) => this.#script.spread(fault, count),
      deliver: (call: Call, go: () => void) => this.#script.holdAfter(call, go),
      storeTimeMicros: () => this.#storeTimeMicros(),
    }
  }

  #lifeOf(process: string): Life {
    const life = this.#lives.get(process) ?? { name: process, isFrozen: false, isCrashed: false }
    this.#lives.set(process, life)
    return life
  }

  #record(call: Call, what: string): void {
    const { stepCount, nowMicros } = this.scheduler
    const name = `${call.process}#${call.number} ${call.kind} ${call.key}`
    this.trace.push(`${stepCount} ${nowMicros} ${name} ${call.sizeBytes} ${what}`)
  }

  #storeTimeMicros(): number {
    return Math.floor(this.scheduler.nowMicros / 1e6) * 1e6
  }
}

/** The caller waits no longer; what it sent arrives all the same. */
function abandon(
  request: RequestInFlight,
  reason: unknown,
  reject: (reason: unknown) => void,
): void {
  const isPut = request.call.kind === 'create' || request.call.kind === 'replace'
  if (isPut) request.replyNothing('aborted')
  else reject(reason)
}
