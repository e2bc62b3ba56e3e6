import { arrivals } from './arrivals.ts'
import { Chance } from './chance.ts'

/** How much of a corpus to make; the same options always give the same bytes. */
export interface CorpusOptions {
  readonly seed: number
  /** Raw bytes of all events; the last one may exceed it. */
  readonly sizeBytes: number
  /** The mean of a whole day. Default 1. */
  readonly eventsPerSecond?: number
  /** Default: 2026-03-02T00:00:00Z. */
  readonly startMicros?: number
}

/** About 1 MiB of whole lines. */
export interface CorpusBlock {
  /** NDJSON as it is appended; every line names its `@stream`. */
  readonly lines: Buffer
  readonly eventCount: number
  /** What a user had before: a log line is its `message`, a JSON object is itself. */
  readonly rawBytes: number
}

/** What is known of a kind of log, whatever the seed. */
export interface CorpusTraits {
  readonly name: string
  readonly title: string
  /** Members that hold the time, for `append`; absent: the usual ones do. */
  readonly timeFields?: readonly string[]
  /** Fields with a value of its own in almost every event: what a needle is. */
  readonly rareFields: readonly string[]
  /** Fields with values that recur, from a handful to thousands. */
  readonly commonFields: readonly string[]
  /** Queries worth asking; some find nothing in a small corpus. */
  readonly queries: readonly string[]
}

/** A kind of log made by chance. */
export interface GeneratedCorpus extends CorpusTraits {
  /** One block at a time, so that no corpus is ever in memory as a whole. */
  blocks(options: CorpusOptions): Generator<CorpusBlock>
}

/** An event as one line of JSON, when the user had another line before; both are ASCII. */
export interface MadeEvent {
  readonly line: string
  readonly raw: string
}

/** Begins a corpus: gives what makes its next event. */
type Begin = (chance: Chance, nextMicros: () => number) => () => string | MadeEvent

const blockBytes = 2 ** 20
const defaultStartMicros = 1772409600000000

/** The corpus of these traits whose events `begin` makes. */
export function generatedCorpus(traits: CorpusTraits, begin: Begin): GeneratedCorpus {
  return { ...traits, blocks: options => blocksOf(begin, options) }
}

function* blocksOf(begin: Begin, options: CorpusOptions): Generator<CorpusBlock> {
  const { seed, sizeBytes, eventsPerSecond = 1, startMicros = defaultStartMicros } = options
  const times = arrivals(new Chance(seed + 1), startMicros, eventsPerSecond)
  const next = begin(new Chance(seed), times)
  let madeBytes = 0
  while (madeBytes < sizeBytes) {
    const block = nextBlock(next, Math.min(blockBytes, sizeBytes - madeBytes))
    madeBytes += block.rawBytes
    yield block
  }
}

/** Sizes are counted in characters until the block is whole: lines are not flattened one by one. */
function nextBlock(next: () => string | MadeEvent, wantedBytes: number): CorpusBlock {
  let text = ''
  let eventCount = 0
  let spared = 0
  while (text.length - spared < wantedBytes) {
    const made = next()
    const line = typeof made === 'string' ? made : made.line
    text += `${line}\n`
    eventCount++
    if (typeof made !== 'string') spared += line.length - made.raw.length
  }
  const lines = Buffer.from(text)
  return { lines, eventCount, rawBytes: lines.length - spared }
}
