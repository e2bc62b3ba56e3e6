import type { SummaryRef } from '../catalog/catalog.ts'
import type { FrameSet } from '../index/frame-set.ts'
import {
  allBlocks,
  openBlock,
  openSummary,
  type Summary,
  type SummaryBlock,
} from '../index/summary.ts'
import type { FrameFacts, QueryBounds } from '../index/summary-bounds.ts'
import { blocksOfStripe, factsOfRun, factsOfStripe } from '../index/summary-facts.ts'
import { ownerOfIndex } from '../store/keys.ts'
import type { GetOptions, StoredObject } from '../store/store.ts'
import type { Asking } from './asking.ts'
import { FrameKnowledge } from './frame-knowledge.ts'
import { Gone } from './gone.ts'
import type { Source } from './plan.ts'

/** A summary up to this size is fetched whole: its columns come along with its head. */
export const wholeSummaryBytesMax = 256 * 1024

/** What is at hand of one run's summary. */
interface Opened {
  readonly ref: SummaryRef
  readonly summary: Summary
  readonly blocks: Map<SummaryBlock, Buffer>
}

/**
 * Asks the field summaries of runs how many events of their frames meet the query. A summary that
 * cannot be read costs a wider read and a warning, never an event.
 */
export class Summaries {
  readonly #asking: Asking
  readonly #bounds: QueryBounds
  /** A field whose values are wanted as well. */
  readonly #field: string | undefined
  /** By key; `undefined`: it cannot be read. */
  readonly #opened = new Map<string, Promise<Opened | undefined>>()
  readonly #known = new Map<string, FrameKnowledge>()

  constructor(asking: Asking, bounds: QueryBounds, field: string | undefined) {
    this.#asking = asking
    this.#bounds = bounds
    this.#field = field
  }

  /** Whether there is anything that a summary may know of. */
  get isWorthAsking(): boolean {
    return this.#bounds.paths.length > 0 || this.#field !== undefined
  }

  /**
   * Learns what it can of these objects' frames, in two rounds at most. Of a run whose objects are
   * all here, `isWhole` says whether its number of matches is enough.
   */
  async look(
    sources: readonly Source[],
    isWhole: (run: readonly Source[]) => boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const asked = runsOf(sources)
    if (asked.length === 0) return
    const opened = await Promise.all(asked.map(group => this.#open(group, signal)))
    this.#asking.nextRound()
    await Promise.all(
      asked.map((group, i) => opened[i] && this.#learn(opened[i], group, isWhole, signal)),
    )
    this.#asking.nextRound()
  }

  /** Whether one of the object's frames that are candidates may match. */
  mayHold(source: Source, candidates: FrameSet | undefined): boolean {
    const knowledge = this.of(source)
    if (!knowledge || !source.summary) return true
    const { framesBefore, frameCount } = source.summary
    const indexed = source.index?.framesBefore ?? 0
    for (let i = 0; i < frameCount; i++) {
      const isCandidate = candidates?.has(indexed + i) ?? true
      if (isCandidate && knowledge.mayMatch(framesBefore + i)) return true
    }
    return false
  }

  /** What is known of an object's frames; `undefined`: nothing. */
  of(source: Source): FrameKnowledge | undefined {
    return source.summary && this.#known.get(source.summary.ref.key)
  }

  #open([source]: readonly Source[], signal: AbortSignal): Promise<Opened | undefined> {
    const { ref } = source!.summary!
    const known = this.#opened.get(ref.key)
    if (known) return known
    const opened = this.#fetchHead(ref, signal)
    this.#opened.set(ref.key, opened)
    return opened
  }

  #fetchHead(ref: SummaryRef, signal: AbortSignal): Promise<Opened | undefined> {
    const isWhole = ref.sizeBytes <= wholeSummaryBytesMax
    // By its known size also when it comes whole: a budget asks for no more than is there.
    const options = { range: { suffixBytes: isWhole ? ref.sizeBytes : ref.headBytes }, signal }
    return this.#read(ref, options, ({ bytes, sizeBytes }) => {
      const head = bytes.subarray(bytes.length - ref.headBytes)
      const summary = openSummary(head, sizeBytes, ownerOfIndex(ref.key))
      const opened = { ref, summary, blocks: new Map<SummaryBlock, Buffer>() }
      if (isWhole) openBlocks(opened, allBlocks(summary), bytes, 0)
      return opened
    })
  }

  async #learn(
    opened: Opened,
    group: readonly Source[],
    isWhole: (run: readonly Source[]) => boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { ref, summary } = opened
    const known = this.#known.get(ref.key) ?? new FrameKnowledge(summary, this.#field)
    this.#known.set(ref.key, known)
    if (known.isEnough) return
    const frameCount = group.reduce((sum, source) => sum + source.summary!.frameCount, 0)
    const isWanted = frameCount === summary.frameCount && isWhole(group)
    const facts = factsOfRun(summary)
    if (known.learnRun(facts, this.#bounds.evaluate(facts), isWanted)) return
    const isNew = (stripe: number) => stripe in summary.eventColumns && !known.knows(stripe)
    const stripes = stripesOf(group, summary).filter(isNew)
    await this.#fetchBlocks(opened, stripes, signal)
    for (const stripe of stripes) {
      const facts = this.#factsOf(opened, stripe)
      if (facts) known.learnStripe(stripe, facts, this.#bounds.evaluate(facts))
    }
  }

  /** `undefined` when one of the blocks could not be read. */
  #factsOf({ ref, summary, blocks }: Opened, stripe: number): FrameFacts | undefined {
    const needed = blocksOfStripe(summary, stripe, this.#paths)
    if ([...needed].some(block => !blocks.has(block))) return undefined
    return factsOfStripe(summary, stripe, block => {
      const bytes = blocks.get(block)
      if (!bytes) throw new Error(`${ref.key} lacks a block that was asked for`)
      return bytes
    })
  }

  get #paths(): readonly string[] {
    return this.#field === undefined ? this.#bounds.paths : [...this.#bounds.paths, this.#field]
  }

  async #fetchBlocks(
    opened: Opened,
    stripes: readonly number[],
    signal: AbortSignal,
  ): Promise<void> {
    const { ref, summary, blocks } = opened
    const needed = new Set<SummaryBlock>()
    for (const stripe of stripes) {
      for (const block of blocksOfStripe(summary, stripe, this.#paths)) {
        if (!blocks.has(block)) needed.add(block)
      }
    }
    await Promise.all(
      joined([...needed]).map(async parts => {
        const range = { start: parts[0]!.start, end: parts.at(-1)!.end }
        const check = ({ bytes }: StoredObject) => openBlocks(opened, parts, bytes, range.start)
        await this.#read(ref, { range, signal }, check)
      }),
    )
  }

  /**
   * `undefined` and a warning, also for a summary that is gone: if its run is too, that shows then.
   */
  async #read<T>(
    ref: SummaryRef,
    options: GetOptions,
    check: (object: StoredObject) => T,
  ): Promise<T | undefined> {
    const report = (reason: string) => {
      const detail = `${ref.key} cannot be read, its run is read without it: ${reason}`
      this.#asking.warn({ detail })
    }
    try {
      return await this.#asking.fetcher.read(ref.key, options, check, report)
    } catch (error) {
      if (!(error instanceof Gone)) throw error
      report('it is gone')
      return undefined
    }
  }
}

/** Unpacks these blocks from the bytes of the object that begin at `start`. Throws `corrupt`. */
function openBlocks(
  { blocks }: Opened,
  wanted: Iterable<SummaryBlock>,
  bytes: Buffer,
  start: number,
): void {
  for (const block of wanted) {
    blocks.set(block, openBlock(bytes.subarray(block.start - start, block.end - start)))
  }
}

/** Objects of each run together, less those that have no summary. */
export function runsOf(sources: readonly Source[]): (readonly Source[])[] {
  const runs = Map.groupBy(sources, source => source.summary?.ref.key)
  return [...runs].flatMap(([key, run]) => (key === undefined ? [] : [run]))
}

/** Blocks that are fetched as one: a GET costs more than the bytes between them. */
function joined(blocks: SummaryBlock[]): SummaryBlock[][] {
  const groups: SummaryBlock[][] = []
  for (const block of blocks.sort((a, b) => a.start - b.start)) {
    const last = groups.at(-1)
    if (last && block.start - last.at(-1)!.end <= wholeSummaryBytesMax) last.push(block)
    else groups.push([block])
  }
  return groups
}

function stripesOf(group: readonly Source[], { stripeFrames }: Summary): number[] {
  const stripes = new Set<number>()
  for (const source of group) {
    const { framesBefore, frameCount } = source.summary!
    const first = Math.floor(framesBefore / stripeFrames)
    const end = Math.ceil((framesBefore + frameCount) / stripeFrames)
    for (let stripe = first; stripe < end; stripe++) stripes.add(stripe)
  }
  return [...stripes].sort((a, b) => a - b)
}
