import type { LineWalker } from '../bucket/line.ts'
import { decodeManifest } from '../catalog/manifest.ts'
import type { Asking } from './asking.ts'
import { Candidates } from './candidates.ts'
import { Contest } from './contest.ts'
import { type Found, Holding } from './holding.ts'
import { KnownParts } from './known-parts.ts'
import { Pass } from './pass.ts'
import { planManifest, planRead, planUnopened, type Source } from './plan.ts'
import type { Known } from './plan-frames.ts'
import type { Position } from './position.ts'
import type { Order } from './question.ts'
import type { Scope } from './scope.ts'
import type { Snapshot } from './snapshot.ts'
import { Summaries } from './summaries.ts'
import { Veils } from './veils.ts'

export interface ReadingOptions {
  readonly scope: Scope
  readonly order: Order
  /** Most events wanted. */
  readonly wanted: number
  /** Takes a matching event at once, out of order, unless another object may hold it as well. */
  readonly direct?: (line: LineWalker) => void
  /** That takes no more of a line than its time and stream. */
  readonly headsOnly?: boolean
  /** Takes what need not be read, where that is enough. */
  readonly known?: KnownTally
}

/** Takes the number of matching events instead of the events. */
export interface KnownTally {
  readonly suffices: (part: Known) => boolean
  readonly take: (part: Known) => void
  /** A field whose values must be known as well. */
  readonly field?: string
}

/**
 * Reads one snapshot: every event of the scope that matches, once, in order, in bounded memory.
 * When memory ends, a pass forgets the far part of what it found, and another pass visits that
 * again.
 */
export class Reading {
  readonly asking: Asking
  readonly options: ReadingOptions
  readonly sources: readonly Source[]
  readonly #contest: Contest
  /** Of what manifests list. */
  readonly #contests = new WeakMap<Source, Contest>()
  readonly candidates: Candidates
  readonly summaries: Summaries
  readonly veils: Veils
  readonly known: KnownParts
  /** Objects and frames of which an earlier pass handed out what is `known` and `direct`. */
  readonly handedOut = new Set<string>()
  #hasMore = false
  #pass: Pass | undefined

  constructor(asking: Asking, snapshot: Snapshot, options: ReadingOptions) {
    this.asking = asking
    this.options = options
    this.sources = planRead(snapshot, options.scope)
    for (const { source, reason } of planUnopened(snapshot, options.scope))
      asking.damage.addObject(source, reason)
    this.#contest = new Contest(this.sources)
    const { condition, stream, countable, bounds } = options.scope
    const { known } = options
    const counted = known && known.field === undefined ? countable : undefined
    this.candidates = new Candidates(asking, condition, stream, counted)
    this.summaries = new Summaries(asking, bounds, known?.field)
    this.veils = new Veils(asking)
    this.known = new KnownParts(this)
  }

  /** Whether events may follow the last one given out. */
  get hasMore(): boolean {
    return this.#hasMore
  }

  /** Where this object's events may have copies elsewhere. */
  contestOf(source: Source): Contest {
    return this.#contests.get(source) ?? this.#contest
  }

  /** Whether an object must be opened: it has a candidate, or a copy of an event that decides. */
  mayHoldAny(source: Source): boolean {
    const { candidates, summaries } = this
    if (candidates.mayHold(source) && summaries.mayHold(source, candidates.of(source))) return true
    const { group, idCount, firstMicros, lastMicros } = source
    const contest = this.contestOf(source)
    return idCount !== 0 && contest.isContested(group, undefined, firstMicros, lastMicros)
  }

  /** The objects that a manifest lists; none when it is damaged, which the answer names. */
  async unroll(manifest: Source, signal: AbortSignal): Promise<readonly Source[]> {
    const { fetcher, damage } = this.asking
    const runs = await fetcher.read(
      manifest.key,
      { range: { suffixBytes: manifest.sizeBytes }, signal },
      ({ bytes }) => decodeManifest(bytes, manifest.key),
      reason => damage.addObject(manifest, reason),
    )
    const sources = planManifest(manifest, runs ?? [], this.options.scope)
    // Inside they contest each other, outside as one: of it no more than its extent is known there.
    const contest = new Contest(sources, { contest: this.#contest, group: manifest.group })
    for (const source of sources) this.#contests.set(source, contest)
    return sources
  }

  /** Everything before this has been given out. */
  get reached(): Position | undefined {
    return this.#pass?.reached
  }

  /**
   * Events after this position, in groups as they are found; a group must be taken whole before the
   * next is asked for. Ending the iteration early stops all fetching.
   */
  async *events(after?: Position): AsyncGenerator<Iterable<Found>> {
    const { order } = this.options
    const memoryBytesMax = this.asking.settings.readMemoryBytes
    let { wanted } = this.options
    let from = after
    do {
      const holding = new Holding({ order, after: from, memoryBytesMax, wanted })
      const pass = new Pass(this, holding)
      this.#pass = pass
      yield* pass.events()
      this.#hasMore = pass.hasMore
      wanted = holding.wanted
      from = holding.boundary
    } while (wanted > 0 && from)
  }
}
