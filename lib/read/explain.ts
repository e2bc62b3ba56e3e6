import { ArchiveError } from '../core/errors.ts'
import { queryTerms } from '../index/query-terms.ts'
import { requireQuery } from '../query/parse-query.ts'
import { printQuery } from '../query/print-query.ts'
import type { Query } from '../query/query.ts'
import { Asking, type Library, withSnapshot } from './asking.ts'
import { Candidates } from './candidates.ts'
import { boundCost, type ObjectCost } from './cost-bound.ts'
import type { Source } from './plan.ts'
import { type Known, knownWhole } from './plan-frames.ts'
import type { CostBound, ExplainQuestion, Explanation } from './question.ts'
import { Reading } from './reading.ts'
import { type Scope, scopeOf } from './scope.ts'
import type { Snapshot } from './snapshot.ts'
import { runsOf, wholeSummaryBytesMax } from './summaries.ts'
import { isWithin } from './tally.ts'

/** Bytes of a footer for each frame, without its streams: so many frames an object has at most. */
const footerBytesPerFrame = 48
const questions: readonly string[] = ['search', 'count', 'histogram', 'values']

/**
 * Plans a question without opening a bucket: takes a snapshot, asks the indexes what the question
 * itself would, and says what is left to do and what all of it costs at most.
 */
export async function explain(library: Library, question: ExplainQuestion): Promise<Explanation> {
  if (!questions.includes(question.question)) {
    const detail = `question is ${question.question}, expected one of ${questions.join(', ')}`
    throw new ArchiveError('invalid', detail, { details: [{ pointer: '/question', detail }] })
  }
  const scope = scopeOf(question)
  const asking = new Asking(library, question)
  const plan = await withSnapshot(asking, snapshot => planOut(asking, snapshot, scope, question))
  return { ...plan, hints: hintsFor(question, plan.parts), ...asking.end() }
}

type Plan = Omit<Explanation, keyof ReturnType<Asking['end']> | 'hints'>

async function planOut(
  asking: Asking,
  snapshot: Snapshot,
  scope: Scope,
  { question, limit = Infinity }: ExplainQuestion,
): Promise<Plan> {
  const { rounds } = asking.asked()
  const wanted = question === 'search' ? limit : Infinity
  const isTally = question !== 'search'
  const isCount = question === 'count' && scope.filter.matchesAll
  const known = {
    suffices: (part: Known) => isCount && isWithin(part, scope.startMicros, scope.endMicros),
    take: () => undefined,
  }
  const reading = new Reading(asking, snapshot, {
    scope,
    order: 'desc',
    wanted,
    ...(isTally && { known }),
  })
  const sources = await unrollAll(reading)
  if (isTally) await reading.veils.look(sources, signalOf(asking))
  await reading.candidates.look(sources, signalOf(asking))
  const { requests, bytesRead } = asking.asked()
  const costs = sources.map(source => costOf(reading, source))
  const asksSummaries =
    question === 'values' || (isTally ? scope.bounds.paths.length > 0 : scope.isBeyondTerms)
  const summaries = asksSummaries ? boundSummaries(sources) : { gets: 0, bytes: 0 }
  const bound: CostBound = boundCost({
    before: {
      gets: requests.get + 1 + summaries.gets,
      // Without a catalog a LIST tells that it is not lost.
      lists: requests.list + (snapshot.catalogBytes === 0 ? 1 : 0),
      rounds: rounds + 1,
      bytes: bytesRead + snapshot.catalogBytes + summaries.bytes,
    },
    objects: costs,
    visits: sources.length + reading.sources.length,
    wanted,
    settings: asking.settings,
    scanGigabytes: scope.filter.matchesAll ? undefined : asking.fleets.farFleet?.gigabytes,
  })
  const sealed = sources.filter(source => source.index)
  return {
    bound,
    objects: {
      fresh: sources.length - sealed.length,
      sealed: sealed.length,
      events: sum(sources, source => source.eventCount),
      bytes: sum(sources, source => source.sizeBytes),
    },
    frames: {
      all: sum(sealed, source => source.index!.frameCount),
      candidates: sum(costs, (cost, i) => (sources[i]!.index ? cost.frameCount : 0)),
    },
    parts: await explainParts(asking, sealed, scope),
  }
}

/** All buckets, also those of manifests that have to be opened. */
async function unrollAll(reading: Reading): Promise<Source[]> {
  const signal = signalOf(reading.asking)
  if (reading.options.known) await reading.veils.look(reading.sources, signal)
  await reading.candidates.look(reading.sources, signal)
  const unrolled = reading.sources.map(async source => {
    const isOpened = source.manifest && !isKnown(reading, source) && reading.mayHoldAny(source)
    return isOpened ? reading.unroll(source, signal) : [source]
  })
  return (await Promise.all(unrolled)).flat()
}

/** Whether the catalog says all that the question asks of this object. */
function isKnown(reading: Reading, source: Source): boolean {
  const { scope, known } = reading.options
  const contest = reading.contestOf(source)
  const whole = known && knownWhole(source, scope, contest, reading.veils.mayHide(source))
  return whole !== undefined && known!.suffices(whole)
}

function costOf(reading: Reading, source: Source): ObjectCost {
  const { asking, options } = reading
  const frameCount = isKnown(reading, source) ? 0 : countFrames(reading, source)
  const { sizeBytes, footerBytes, frameBytesMax } = source
  const isSure = options.known !== undefined && options.scope.filter.matchesAll
  const mayBeFooterOnly = isSure || (options.known !== undefined && source.summary !== undefined)
  const openingBytes = asking.fetcher.openingBytes(source, isSure)
  const { group, idCount, firstMicros, lastMicros } = source
  // The directory tells of every part of an object what it would tell of the whole.
  const isTold =
    options.known?.suffices(source) &&
    !reading.veils.mayHide(source) &&
    (idCount === 0 ||
      !reading.contestOf(source).isContested(group, undefined, firstMicros, lastMicros))
  return {
    openingBytes: frameCount > 0 ? openingBytes : 0,
    isWhole: !mayBeFooterOnly && openingBytes >= sizeBytes,
    frameCount: isTold ? 0 : frameCount,
    frameBytesMax,
    framesBytes: sizeBytes - footerBytes,
  }
}

/** What summaries cost at most: each head, and its columns for one object after the other. */
function boundSummaries(sources: readonly Source[]): { gets: number; bytes: number } {
  let [gets, bytes] = [0, 0]
  for (const run of runsOf(sources)) {
    const { sizeBytes, headBytes } = run[0]!.summary!.ref
    const isWhole = sizeBytes <= wholeSummaryBytesMax
    gets += 1 + (isWhole ? 0 : run.length * Math.ceil(1 + sizeBytes / wholeSummaryBytesMax))
    bytes += isWhole ? sizeBytes : headBytes + 2 * sizeBytes
  }
  return { gets, bytes }
}

/** Frames that may have to be read: candidates, or all where a copy of an event may decide. */
function countFrames(reading: Reading, source: Source): number {
  const { index, group, idCount, footerBytes, firstMicros, lastMicros } = source
  if (!index) return Math.ceil(footerBytes / footerBytesPerFrame)
  const contest = reading.contestOf(source)
  if (idCount !== 0 && contest.isContested(group, undefined, firstMicros, lastMicros)) {
    return index.frameCount
  }
  return countCandidates(reading.candidates, source)
}

function countCandidates(candidates: Candidates, { index, ...source }: Source): number {
  const { framesBefore, frameCount } = index!
  const found = candidates.of({ index, ...source })
  if (!found) return frameCount
  let count = 0
  for (let i = 0; i < frameCount; i++) if (found.has(framesBefore + i)) count++
  return count
}

/** What each part of the query alone leaves over, as far as the index knows of it. */
async function explainParts(
  asking: Asking,
  sealed: readonly Source[],
  scope: Scope,
): Promise<Explanation['parts']> {
  const parts: Explanation['parts'][number][] = []
  for (const part of partsOf(requireQuery(scope.query))) {
    const condition = queryTerms(part)
    const candidates = new Candidates(asking, condition, undefined)
    await candidates.look(sealed, signalOf(asking))
    parts.push({
      query: printQuery(part),
      frames: sum(sealed, source => countCandidates(candidates, source)),
      isIndexed: condition.kind !== 'all',
    })
  }
  return parts
}

/** The parts that must all be met. */
function partsOf(query: Query): readonly Query[] {
  if (query.kind === 'all') return []
  return query.kind === 'and' ? query.parts : [query]
}

function hintsFor(question: ExplainQuestion, parts: Explanation['parts']): string[] {
  const { startMicros, endMicros, stream, limit } = question
  const hints: string[] = []
  if (parts.length > 0 && parts.every(part => !part.isIndexed)) {
    hints.push('no part of the query is known to the index: a whole word or value would be')
  }
  if (startMicros === undefined && endMicros === undefined) hints.push('give a range of time')
  if (stream === undefined) hints.push('name a stream, or a glob of streams')
  if (question.question === 'search' && limit === undefined) {
    hints.push('give a limit: a search ends when it has found enough')
  }
  return hints
}

function signalOf(asking: Asking): AbortSignal {
  return asking.signal ?? new AbortController().signal
}

function sum<T>(items: readonly T[], sizeOf: (item: T, position: number) => number): number {
  return items.reduce((total, item, position) => total + sizeOf(item, position), 0)
}
