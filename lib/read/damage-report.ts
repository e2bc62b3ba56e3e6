import type { Source } from './plan.ts'
import type { PlannedFrame } from './plan-frames.ts'
import type { Damage } from './question.ts'

/** What an answer had to do without, each part once however often it was tried. */
export class DamageReport {
  readonly #damage = new Map<string, Damage>()

  /** The object cannot be opened: everything in it is missing. */
  addObject(source: Source, reason: string): void {
    const [first, last] = source.streams ?? []
    this.#add({
      object: source.key,
      startByte: 0,
      endByte: source.sizeBytes,
      streams: first !== undefined && first === last ? [first] : [],
      startMicros: source.firstMicros,
      endMicros: source.lastMicros + 1,
      eventCount: source.eventCount,
      reason,
    })
  }

  addFrame(frame: PlannedFrame, reason: string): void {
    const { entry } = frame
    this.#add({
      object: frame.source.key,
      startByte: entry.startByte,
      endByte: entry.startByte + entry.sizeBytes,
      streams: frame.streams,
      startMicros: entry.firstMicros,
      endMicros: entry.lastMicros + 1,
      eventCount: entry.eventCount,
      reason,
    })
  }

  #add(damage: Damage): void {
    const name = `${damage.object} ${damage.startByte}`
    if (!this.#damage.has(name)) this.#damage.set(name, damage)
  }

  get count(): number {
    return this.#damage.size
  }

  /** Forgets all but the first `count`. */
  shortenTo(count: number): void {
    for (const name of [...this.#damage.keys()].slice(count)) this.#damage.delete(name)
  }

  list(): Damage[] {
    return [...this.#damage.values()]
  }
}
