/** An event as its writer made it; no two of a history have the same name unless they are equal. */
export interface ModelEvent {
  readonly name: string
  readonly stream: string
  readonly timeMicros: number
  /** Its own `@id`: however often it is sent, it is one. */
  readonly id: string | undefined
  readonly n: number
  readonly word: string
  readonly ip: string
}

/** The events of one append: durable all or none. */
export interface ModelBatch {
  readonly name: string
  readonly events: readonly ModelEvent[]
}

interface Copies {
  readonly count: number
  readonly sentAt: number
  ackedAt: number | undefined
}

interface Known {
  readonly event: ModelEvent
  /** By batch. */
  readonly copies: Map<string, Copies>
  /** Ascending in both: how many an answer showed, and when it did. */
  readonly seen: { readonly at: number; readonly count: number }[]
}

/** A wish to forget, from the moment its operator first spoke of it. */
export interface Forgetting {
  readonly matches: (event: ModelEvent) => boolean
  readonly startedAt: number
  /** When it was acknowledged: no read that begins later shows what had landed before it began. */
  maskedAt: number | undefined
  /** What is sent after this is none of its business. Never, of what is past its retention. */
  finishedAt: number | undefined
  /** Also what lands later stays away. */
  readonly isForGood: boolean
}

/**
 * What the archive must and may hold, from what its callers were told. Time in it is a count of
 * what happened, in the order in which it did.
 */
export class Model {
  moment = 0
  readonly #events = new Map<string, Known>()
  readonly #forgettings: Forgetting[] = []
  /** Virtual time of each moment. */
  readonly #micros: number[] = [0]
  readonly #nowMicros: () => number

  constructor(nowMicros: () => number) {
    this.#nowMicros = nowMicros
  }

  get events(): ModelEvent[] {
    return [...this.#events.values()].map(known => known.event)
  }

  get ackedEvents(): number {
    const isAcked = (copies: Copies) => copies.ackedAt !== undefined
    return [...this.#events.values()].filter(known => [...known.copies.values()].some(isAcked))
      .length
  }

  event(name: string): ModelEvent | undefined {
    return this.#events.get(name)?.event
  }

  /** From now on its events may be there. */
  sent(batch: ModelBatch): void {
    const sentAt = this.#tick()
    for (const event of batch.events) {
      const known = this.#events.get(event.name) ?? { event, copies: new Map(), seen: [] }
      this.#events.set(event.name, known)
      const count = batch.events.filter(other => other.name === event.name).length
      if (!known.copies.has(batch.name))
        known.copies.set(batch.name, { count, sentAt, ackedAt: undefined })
    }
  }

  /** From now on they must be there. */
  acked(batch: ModelBatch): void {
    const ackedAt = this.#tick()
    for (const { name } of batch.events) {
      const copies = this.#events.get(name)!.copies.get(batch.name)!
      copies.ackedAt ??= ackedAt
    }
  }

  /** What an answer showed once is shown always. */
  saw(name: string, count: number): void {
    const known = this.#events.get(name)
    const at = this.#tick()
    if (known && count > (known.seen.at(-1)?.count ?? 0)) known.seen.push({ at, count })
  }

  /** Something is about to be forgotten; the caller says when it was and when it is over. */
  forget(matches: Forgetting['matches'], isForGood = false): Forgetting {
    const forgetting = {
      matches,
      startedAt: this.#tick(),
      maskedAt: undefined,
      finishedAt: undefined,
      isForGood,
    }
    this.#forgettings.push(forgetting)
    return forgetting
  }

  masked(forgetting: Forgetting): void {
    forgetting.maskedAt ??= this.#tick()
  }

  finished(forgetting: Forgetting): void {
    forgetting.finishedAt ??= this.#tick()
  }

  /** The last moment that was over at this virtual time. */
  momentBefore(micros: number): number {
    let moment = this.moment
    while (moment > 0 && this.#micros[moment]! >= micros) moment--
    return moment
  }

  /** How many copies a read that begins at this moment must show. */
  must(name: string, begin = this.moment): number {
    const known = this.#events.get(name)!
    const forgettings = this.#forgettings.filter(each => each.matches(known.event))
    const isKept = ({ sentAt }: Copies) =>
      forgettings.every(each => each.finishedAt !== undefined && sentAt > each.finishedAt)
    let acked = 0
    for (const copies of known.copies.values())
      if (copies.ackedAt !== undefined && copies.ackedAt <= begin && isKept(copies))
        acked += copies.count
    if (known.event.id !== undefined) acked = Math.min(acked, 1)
    if (forgettings.length > 0) return acked
    const seen = known.seen.findLast(each => each.at <= begin)?.count ?? 0
    return Math.max(acked, seen)
  }

  /** How many copies a read that begins at this moment and ends now may show. */
  may(name: string, begin = this.moment): number {
    const known = this.#events.get(name)!
    const forgettings = this.#forgettings.filter(
      each => each.maskedAt !== undefined && each.maskedAt <= begin && each.matches(known.event),
    )
    const isGone = ({ ackedAt }: Copies) =>
      forgettings.some(
        each => each.isForGood || (ackedAt !== undefined && ackedAt < each.startedAt),
      )
    let sent = 0
    for (const copies of known.copies.values()) if (!isGone(copies)) sent += copies.count
    return known.event.id === undefined ? sent : Math.min(sent, 1)
  }

  #tick(): number {
    this.#micros[++this.moment] = this.#nowMicros()
    return this.moment
  }
}
