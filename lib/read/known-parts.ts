import type { Source } from './plan.ts'
import type { Known } from './plan-frames.ts'
import { knownWhole } from './plan-frames.ts'
import type { Reading } from './reading.ts'

/** Hands out what a tally need not open objects for: catalog and summaries tell it. */
export class KnownParts {
  readonly #reading: Reading
  /** Of runs whose number of matches is enough, by key of their summary. */
  readonly #runs = new Map<string, Known>()

  constructor(reading: Reading) {
    this.#reading = reading
  }

  /** Learns from summaries what they tell of these objects. */
  look(sources: readonly Source[], signal: AbortSignal): Promise<void> {
    return this.#reading.summaries.look(sources, run => this.#mayTakeRun(run), signal)
  }

  /** Whether the object need not be opened; what is known of it has been handed out. */
  take(source: Source): boolean {
    const { options, summaries } = this.#reading
    const { known } = options
    if (!known) return false
    const ofRun = summaries.of(source)?.run
    if (ofRun) {
      const { key } = source.summary!.ref
      this.#handOut(key, { ...this.#runs.get(key)!, ...ofRun })
      return true
    }
    const part = this.#partOf(source)
    if (!part || !known.suffices(part)) return false
    this.#handOut(source.key, part)
    return true
  }

  #handOut(key: string, part: Known): void {
    const { options, handedOut } = this.#reading
    if (!handedOut.has(key) && part.eventCount > 0) options.known?.take(part)
    handedOut.add(key)
  }

  #partOf(source: Source): Known | undefined {
    const { options, summaries, candidates } = this.#reading
    const whole = this.#wholeOf(source)
    if (!whole) return undefined
    if (options.scope.filter.matchesAll && options.known?.field === undefined) return whole
    if (!source.summary) return undefined
    const { framesBefore, frameCount } = source.summary
    const found = candidates.of(source)
    const indexed = source.index?.framesBefore ?? 0
    const isCandidate = (position: number) => found?.has(indexed + position) ?? true
    const matched = summaries.of(source)?.matchedIn(framesBefore, frameCount, isCandidate)
    return matched && { ...whole, ...matched }
  }

  #wholeOf(source: Source): Known | undefined {
    return knownWhole(source, this.#reading.options.scope, this.#reading.contestOf(source))
  }

  /** Whether all of the run is wanted and its number of matches, or its values, are enough. */
  #mayTakeRun(run: readonly Source[]): boolean {
    const { known } = this.#reading.options
    const parts = run.map(source => this.#wholeOf(source))
    if (!known || parts.some(part => part === undefined)) return false
    const { stream } = parts[0]!
    const isOne = stream !== undefined && parts.every(part => part!.stream === stream)
    const part = {
      ...(isOne && { stream }),
      eventCount: 0,
      firstMicros: Math.min(...parts.map(each => each!.firstMicros)),
      lastMicros: Math.max(...parts.map(each => each!.lastMicros)),
      values: [],
    }
    this.#runs.set(run[0]!.summary!.ref.key, part)
    return known.suffices(part)
  }
}
