import { queryTerms } from '../index/query-terms.ts'
import type { HiddenSelection } from '../mask/hiding.ts'
import { requireQuery } from '../query/parse-query.ts'
import type { Asking } from './asking.ts'
import { Candidates } from './candidates.ts'
import type { Source } from './plan.ts'

/**
 * Says which objects and frames may have lines that the catalog hides: of these no number that an
 * index tells is the answer's. Term indexes that were asked rule out what time and stream do not.
 */
export class Veils {
  readonly #asking: Asking
  readonly #candidates = new Map<string, Candidates>()

  constructor(asking: Asking) {
    this.#asking = asking
  }

  /** Asks the indexes of those of the objects that may have hidden lines. */
  async look(sources: readonly Source[], signal: AbortSignal): Promise<void> {
    const veiled = new Map<string, Source[]>()
    for (const source of sources) {
      if (!source.index) continue
      for (const { query = '' } of source.veil?.masks ?? []) {
        const asked = veiled.get(query)
        if (asked) asked.push(source)
        else veiled.set(query, [source])
      }
    }
    await Promise.all(
      [...veiled].map(([query, asked]) => this.#candidatesOf(query).look(asked, signal)),
    )
  }

  #candidatesOf(query: string): Candidates {
    const known = this.#candidates.get(query)
    if (known) return known
    const made = new Candidates(this.#asking, queryTerms(requireQuery(query)), undefined)
    this.#candidates.set(query, made)
    return made
  }

  mayHide(source: Source): boolean {
    const mayHold = ({ query = '' }: HiddenSelection) =>
      this.#candidates.get(query)?.mayHold(source) ?? true
    return source.veil?.masks.some(mayHold) ?? false
  }

  mayHideIn(source: Source, position: number): boolean {
    const framesBefore = source.index?.framesBefore ?? 0
    const mayHold = ({ query = '' }: HiddenSelection) =>
      this.#candidates
        .get(query)
        ?.of(source)
        ?.has(framesBefore + position) ?? true
    return source.veil?.masks.some(mayHold) ?? false
  }
}
