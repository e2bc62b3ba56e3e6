import type { EventSelection } from '../../../lib/catalog/catalog.ts'
import { putMask } from '../../../lib/mask/put-mask.ts'
import type { Dice } from '../dice.ts'
import type { Forgetting, ModelEvent } from '../model.ts'
import type { Actor, Stage } from '../stage.ts'

/** An erasure that its operator has not been told is in force. */
interface Pending {
  readonly erasureId: string
  readonly selection: EventSelection
  readonly forgetting: Forgetting
}

/** An operator who has events forgotten: asks under one id until the answer is that it is so. */
export class Eraser implements Actor {
  readonly name: string
  readonly #stage: Stage
  readonly #dice: Dice
  #pending: Pending | undefined
  #count = 0

  constructor(stage: Stage, name: string) {
    this.name = name
    this.#stage = stage
    this.#dice = stage.dice(name)
  }

  start(process: string): () => Promise<void> {
    const place = this.#stage.place(process)
    return async () => {
      this.#pending ??= this.#draw()
      if (!this.#pending) return
      const { erasureId, selection, forgetting } = this.#pending
      await putMask(place, { erasureId, selection })
      this.#stage.model.masked(forgetting)
      this.#pending = undefined
    }
  }

  /** One event, a word of a stream, or a stream for a while. */
  #draw(): Pending | undefined {
    const { model } = this.#stage
    const { events } = model
    if (events.length === 0) return undefined
    const { name, stream, word, timeMicros } = this.#dice.of(events)
    const span = { startMicros: timeMicros, endMicros: timeMicros + 60e6 }
    type Choice = readonly [EventSelection, (event: ModelEvent) => boolean]
    const [selection, matches] = this.#dice.of<Choice>([
      [{ query: `name:${name}` }, event => event.name === name],
      [{ stream, query: `word:${word}` }, event => event.stream === stream && event.word === word],
      [
        { stream, ...span },
        event =>
          event.stream === stream &&
          event.timeMicros >= span.startMicros &&
          event.timeMicros < span.endMicros,
      ],
    ])
    const erasureId = `${this.name}-${++this.#count}`
    return { erasureId, selection, forgetting: model.forget(matches) }
  }
}
