import { mayHold, type Source } from './plan.ts'

/** Streams and objects compared before the answer is yes without looking further. */
const streamsComparedMax = 16
const sourcesComparedMax = 100

/**
 * Where two objects may hold the same event: it has an `@id`, and both cover its time and stream.
 * Only there a reader has to compare lines. May be wrong only by saying yes.
 */
export class Contest {
  /** By first time, so that a search can stop early. */
  readonly #sources: readonly Source[]
  /** Latest time of the sources up to each position. */
  readonly #latest: number[] = []
  readonly #around: { readonly contest: Contest; readonly group: string } | undefined

  /** `around`: these sources are the content of a group of a wider contest. */
  constructor(
    sources: readonly Source[],
    around?: { readonly contest: Contest; readonly group: string },
  ) {
    this.#around = around
    this.#sources = sources
      .filter(source => source.idCount !== 0)
      .sort((a, b) => a.firstMicros - b.firstMicros)
    let latest = -1
    for (const source of this.#sources) {
      latest = Math.max(latest, source.lastMicros)
      this.#latest.push(latest)
    }
  }

  /**
   * Whether another group may hold events of these streams, or of any, in this span, ends included.
   */
  isContested(
    group: string,
    streams: readonly string[] | undefined,
    firstMicros: number,
    lastMicros: number,
  ): boolean {
    if (this.#isContestedHere(group, streams, firstMicros, lastMicros)) return true
    const around = this.#around
    if (!around) return false
    return around.contest.isContested(around.group, streams, firstMicros, lastMicros)
  }

  #isContestedHere(
    group: string,
    streams: readonly string[] | undefined,
    firstMicros: number,
    lastMicros: number,
  ): boolean {
    let compared = 0
    for (let at = this.#countUpTo(lastMicros) - 1; at >= 0; at--) {
      if (this.#latest[at]! < firstMicros) return false
      const source = this.#sources[at]!
      if (source.group === group || source.lastMicros < firstMicros) continue
      if (!streams || streams.length > streamsComparedMax) return true
      if (++compared > sourcesComparedMax) return true
      if (streams.some(stream => mayHold(source, stream))) return true
    }
    return false
  }

  /** How many sources begin at this time or before. */
  #countUpTo(micros: number): number {
    let low = 0
    let high = this.#sources.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#sources[middle]!.firstMicros <= micros) low = middle + 1
      else high = middle
    }
    return low
  }
}
