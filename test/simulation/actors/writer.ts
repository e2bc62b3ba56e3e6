import { batchIdAt } from '../../../lib/core/batch-id.ts'
import { Appender } from '../../../lib/write/appender.ts'
import type { Dice } from '../dice.ts'
import { drawEvent, lineOf } from '../events.ts'
import type { ModelBatch, ModelEvent } from '../model.ts'
import type { Actor, Stage } from '../stage.ts'

/** A batch whose fate its writer does not know. */
interface Pending {
  readonly batch: ModelBatch
  readonly key: string
  readonly firstMicros: number
  attempts: number
}

const attemptsMax = 6
const batchEventsMax = 3
/** A key without a time is good for a week; its writer gives up well before. */
const retryMicrosMax = 4 * 86_400e6

/**
 * A producer: it appends with keys and without, alone and in company, and sends what it does not
 * know the fate of again, also after a crash. What it was told goes into the model.
 */
export class Writer implements Actor {
  readonly name: string
  readonly #stage: Stage
  readonly #dice: Dice
  readonly #pending: Pending[] = []
  #events = 0
  #batches = 0

  constructor(stage: Stage, name: string) {
    this.#stage = stage
    this.name = name
    this.#dice = stage.dice(name)
  }

  start(process: string): () => Promise<void> {
    const appender = new Appender(this.#stage.place(process), () => 0)
    return () => this.#append(appender, process)
  }

  async #append(appender: Appender, process: string): Promise<void> {
    const dice = this.#dice
    if (this.#pending.length > 0 && dice.chance(0.5)) {
      await this.#send(appender, dice.of(this.#pending))
    } else if (dice.chance(0.3)) {
      const some = Array.from({ length: 1 + dice.below(3) }, () => this.#drawBatch())
      await Promise.all(some.map(batch => this.#sendShared(appender, batch)))
    } else {
      const firstMicros = this.#stage.world.scheduler.nowMicros
      const batch = this.#drawBatch()
      const next = { batch, key: this.#drawKey(batch.name, process), firstMicros, attempts: 0 }
      this.#pending.push(next)
      await this.#send(appender, next)
    }
  }

  async #send(appender: Appender, pending: Pending): Promise<void> {
    const { model, world } = this.#stage
    const { batch, key } = pending
    const forget = () => this.#pending.splice(this.#pending.indexOf(pending), 1)
    const isLate = world.scheduler.nowMicros - pending.firstMicros > retryMicrosMax
    if (isLate || ++pending.attempts > attemptsMax) return void forget()
    model.sent(batch)
    const lines = linesOf(batch)
    await appender.append({ lines, key, strict: true })
    model.acked(batch)
    // Some go on although they were answered: their own clients did not hear of it.
    if (!this.#stage.befalls('events-duplicated', this.#dice)) forget()
  }

  /** Without a key a retry would be another batch: what is unknown stays so. */
  async #sendShared(appender: Appender, batch: ModelBatch): Promise<void> {
    this.#stage.model.sent(batch)
    await appender.append({ lines: linesOf(batch), strict: true })
    this.#stage.model.acked(batch)
  }

  #drawKey(name: string, process: string): string {
    if (this.#dice.chance(0.3)) return `order-${name}`
    const millis = Math.floor(this.#stage.world.clockFor(process).nowMicros() / 1000)
    return batchIdAt(millis, Buffer.from(name.padEnd(10).slice(0, 10)))
  }

  #drawBatch(): ModelBatch {
    const dice = this.#dice
    const name = `${this.name}b${++this.#batches}`
    const events = Array.from({ length: 1 + dice.below(batchEventsMax) }, () => this.#drawEvent())
    if (this.#stage.befalls('events-reordered', dice))
      return { name, events: dice.shuffled(events) }
    return { name, events }
  }

  /** A new one, or one that was sent before: by this writer or by another. */
  #drawEvent(): ModelEvent {
    const { model, world } = this.#stage
    const { events } = model
    if (events.length > 0 && this.#stage.befalls('events-duplicated', this.#dice))
      return this.#dice.of(events)
    const isLate = this.#stage.befalls('events-late', this.#dice)
    const name = `${this.name}e${++this.#events}`
    return drawEvent(this.#dice, name, world.scheduler.nowMicros, isLate)
  }
}

function linesOf(batch: ModelBatch): Buffer {
  return Buffer.from(batch.events.map(lineOf).join('\n'))
}
