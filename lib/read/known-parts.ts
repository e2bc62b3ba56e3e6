import type { IndexRef } from '../catalog/catalog.ts'
import type { FieldSummary } from '../index/field-summary.ts'
import type { Matched } from './frame-knowledge.ts'
import type { Source } from './plan.ts'
import type { Known, KnownFrames } from './plan-frames.ts'
import { knownWhole } from './plan-frames.ts'
import type { Reading } from './reading.ts'

/** Hands out what a tally need not open objects for: catalog, indexes and summaries tell it. */
export class KnownParts {
  readonly #reading: Reading
  /** What is enough as a whole, by key of the index or summary that tells of it. */
  readonly #wholes = new Map<string, Known>()
  /** By key of their index. */
  readonly #indexed: ReadonlyMap<string | undefined, readonly Source[]>

  constructor(reading: Reading) {
    this.#reading = reading
    this.#indexed = Map.groupBy(reading.sources, source => source.index?.ref.key)
  }

  /** Learns from indexes what they tell of these objects. */
  async lookUp(sources: readonly Source[], signal: AbortSignal): Promise<void> {
    const { candidates, options, veils } = this.#reading
    if (options.known) await veils.look(sources, signal)
    await candidates.look(sources, signal, ref => this.#mayTakeIndex(ref))
  }

  /** Learns from summaries what they tell of these objects, where indexes do not. */
  look(sources: readonly Source[], signal: AbortSignal): Promise<void> {
    return this.#reading.summaries.look(
      sources.filter(source => this.#countOf(source) === undefined),
      run => this.#mayTakeAll(run[0]!.summary!.ref.key, run),
      signal,
    )
  }

  /** Whether the object need not be opened; what is known of it has been handed out. */
  take(source: Source): boolean {
    const { options, candidates, summaries } = this.#reading
    const { known } = options
    if (!known) return false
    const total = candidates.totalOf(source)
    if (total !== undefined) {
      const { key } = source.index!.ref
      this.#handOut(key, { ...this.#wholes.get(key)!, eventCount: total })
      return true
    }
    const ofRun = summaries.of(source)?.run
    if (ofRun) {
      const { key } = source.summary!.ref
      this.#handOut(key, { ...this.#wholes.get(key)!, ...ofRun })
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
    const { options } = this.#reading
    const whole = this.#wholeOf(source)
    if (!whole) return undefined
    if (options.scope.filter.matchesAll && options.known?.field === undefined) return whole
    const counted = this.#countOf(source)
    if (counted !== undefined) return { ...whole, ...matchedOnly(counted) }
    // A manifest has more frames than are looked at one by one.
    const matched = source.summary && this.#matchedIn(source)
    return matched && { ...whole, ...matched }
  }

  /** Matching events of an object, if its index tells. */
  #countOf(source: Source): number | undefined {
    const { index } = source
    return index && this.#reading.candidates.countIn(source, 0, index.frameCount)
  }

  /** The matches of all frames of an object; in those that are no candidates none matches. */
  #matchedIn(source: Source): Matched | undefined {
    const { framesBefore, frameCount } = source.index!
    const found = this.#reading.candidates.of(source)
    const frames = this.framesOf(source)
    let eventCount = 0
    const values: FieldSummary[] = []
    for (let position = 0; position < frameCount; position++) {
      if (found && !found.has(framesBefore + position)) continue
      const matched = frames.matchedOf(position)
      if (!matched) return undefined
      eventCount += matched.eventCount
      values.push(...matched.values)
    }
    return { eventCount, values }
  }

  /** Whether an index or a summary may tell the matches of the object's frames. */
  knowsOf(source: Source): boolean {
    const { candidates, summaries } = this.#reading
    return summaries.of(source) !== undefined || candidates.countIn(source, 0, 0) !== undefined
  }

  /** What indexes and summaries tell of an object's frames. */
  framesOf(source: Source): KnownFrames {
    const { candidates, summaries } = this.#reading
    const knowledge = summaries.of(source)
    const framesBefore = source.summary?.framesBefore ?? 0
    return {
      mayMatch: position => knowledge?.mayMatch(framesBefore + position) ?? true,
      matchedOf: position => {
        const counted = candidates.countIn(source, position, position + 1)
        if (counted !== undefined) return matchedOnly(counted)
        return knowledge?.matchedOf(framesBefore + position)
      },
    }
  }

  #wholeOf(source: Source): Known | undefined {
    const { options, veils } = this.#reading
    const contest = this.#reading.contestOf(source)
    return knownWhole(source, options.scope, contest, veils.mayHide(source))
  }

  /** Whether all that the index tells of is wanted, and the number of its matches is enough. */
  #mayTakeIndex({ key, terms }: IndexRef): boolean {
    const sources = this.#indexed.get(key) ?? []
    const frameCount = sources.reduce((sum, source) => sum + source.index!.frameCount, 0)
    return frameCount === terms.frameCount && this.#mayTakeAll(key, sources)
  }

  /** Whether all of the objects is wanted and their number of matches, or values, are enough. */
  #mayTakeAll(key: string, sources: readonly Source[]): boolean {
    const { known } = this.#reading.options
    const parts = sources.map(source => this.#wholeOf(source))
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
    this.#wholes.set(key, part)
    return known.suffices(part)
  }
}

function matchedOnly(eventCount: number): Matched {
  return { eventCount, values: [] }
}
