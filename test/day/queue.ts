import { brigadeWake } from '../../lib/infra/brigade-wake.ts'
import type { Scheduler } from '../simulation/scheduler.ts'

interface Message {
  readonly number: number
  /** Not shown to pollers before. */
  visibleMicros: number
  receives: number
}

export interface QueueCounts {
  sent: number
  delivered: number
  duplicates: number
  deadLetters: number
  /** Billed: sending, and receiving and deleting ten at a time. */
  requests: number
}

/** Of messages that come twice: SQS delivers at least once. */
const duplicateRate = 0.01
/** Notifications mostly come within a second or two, and now and then after a minute. */
const usualMillis = 2_000
const lateRate = 0.005
const lateMillis = 90_000
/** Messages of S3 in one call, below its 6 MB. */
const payloadMessagesMax = 4_000
const retryMillis = 20_000

/**
 * A standard queue of SQS and what Lambda does with it: messages come late, twice and in any order;
 * each poller gathers them for a window and calls the function with them. They are gone when it
 * ends well, come again when it does not, and in the end are put aside.
 */
export class WakingQueue {
  readonly counts: QueueCounts = {
    sent: 0,
    delivered: 0,
    duplicates: 0,
    deadLetters: 0,
    requests: 0,
  }
  readonly #scheduler: Scheduler
  readonly #call: () => Promise<'done' | 'failed' | 'throttled'>
  readonly #messages = new Map<number, Message>()
  readonly #pollers: { isAwake: boolean }[]
  #lastNumber = 0

  constructor(scheduler: Scheduler, call: () => Promise<'done' | 'failed' | 'throttled'>) {
    this.#scheduler = scheduler
    this.#call = call
    // As many as calls at a time: with fewer messages than pollers could take, each has some.
    this.#pollers = Array.from({ length: brigadeWake.concurrencyMax }, () => ({ isAwake: false }))
  }

  get waiting(): number {
    return this.#messages.size
  }

  send(): void {
    const { random } = this.#scheduler
    this.counts.sent++
    this.counts.requests++
    const copies = random.next() < duplicateRate ? 2 : 1
    this.counts.duplicates += copies - 1
    for (let i = 0; i < copies; i++) {
      const isLate = random.next() < lateRate
      this.#show(
        { number: ++this.#lastNumber, visibleMicros: 0, receives: 0 },
        random.next() * (isLate ? lateMillis : usualMillis),
      )
    }
  }

  #show(message: Message, afterMillis: number): void {
    const scheduler = this.#scheduler
    message.visibleMicros = scheduler.nowMicros + Math.round(afterMillis * 1000)
    this.#messages.set(message.number, message)
    scheduler.addAt(undefined, message.visibleMicros, () => {
      const poller = this.#pollers[Math.floor(scheduler.random.next() * this.#pollers.length)]!
      if (this.#messages.has(message.number)) this.#wake(poller)
    })
  }

  #wake(poller: { isAwake: boolean }): void {
    if (poller.isAwake) return
    poller.isAwake = true
    this.#after(brigadeWake.windowMinutes * 60_000, () => this.#deliver(poller))
  }

  async #deliver(poller: { isAwake: boolean }): Promise<void> {
    const batch = this.#receive()
    this.counts.delivered += batch.length
    this.counts.requests += Math.ceil(batch.length / 10)
    let outcome = batch.length === 0 ? 'done' : await this.#call()
    while (outcome === 'throttled') {
      await new Promise<void>(resolve => this.#after(retryMillis, resolve))
      outcome = await this.#call()
    }
    if (outcome === 'done') {
      for (const { number } of batch) this.#messages.delete(number)
      this.counts.requests += Math.ceil(batch.length / 10)
    }
    poller.isAwake = false
    if (this.#visible().length > 0) this.#wake(poller)
  }

  #receive(): Message[] {
    const batch = this.#visible().slice(0, payloadMessagesMax)
    const { visibilityMinutes, receivesMax } = brigadeWake
    const taken = batch.filter(message => {
      if (++message.receives > receivesMax) {
        this.#messages.delete(message.number)
        this.counts.deadLetters++
        return false
      }
      message.visibleMicros = this.#scheduler.nowMicros + visibilityMinutes * 60e6
      return true
    })
    // One look for all of them: the scheduler is slow with thousands of things to come.
    this.#after(visibilityMinutes * 60_000, () => {
      if (this.#visible().length > 0) this.#wake(this.#pollers[0]!)
    })
    return taken
  }

  #visible(): Message[] {
    const now = this.#scheduler.nowMicros
    return [...this.#messages.values()].filter(message => message.visibleMicros <= now)
  }

  #after(millis: number, act: () => void): void {
    this.#scheduler.addAt(undefined, this.#scheduler.nowMicros + Math.round(millis * 1000), act)
  }
}
