import type { Source } from './plan.ts'
import type { PlannedFrame } from './plan-frames.ts'
import type { Damage, Healed } from './question.ts'

type Part = { readonly damage: Damage } | { readonly healed: Healed }

/**
 * What an answer had to do without, and what it would have but for parity: each part once however
 * often it was tried.
 */
export class DamageReport {
  readonly #parts = new Map<string, Part>()

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

  addHealed(healed: Healed): void {
    const name = `healed ${healed.object} ${healed.startByte}`
    if (!this.#parts.has(name)) this.#parts.set(name, { healed })
  }

  #add(damage: Damage): void {
    const name = `${damage.object} ${damage.startByte}`
    if (!this.#parts.has(name)) this.#parts.set(name, { damage })
  }

  get count(): number {
    return this.#parts.size
  }

  /** Forgets all but the first `count`. */
  shortenTo(count: number): void {
    for (const name of [...this.#parts.keys()].slice(count)) this.#parts.delete(name)
  }

  list(): Damage[] {
    return [...this.#parts.values()].flatMap(part => ('damage' in part ? part.damage : []))
  }

  healed(): Healed[] {
    return [...this.#parts.values()].flatMap(part => ('healed' in part ? part.healed : []))
  }
}
