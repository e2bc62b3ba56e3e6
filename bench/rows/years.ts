import { type Archive, openArchive } from '../../lib/archive.ts'
import type { Figure } from '../figure.ts'
import { modelledLatency } from '../latency.ts'
import {
  bytesOf,
  countsOf,
  dollarsOf,
  type RecordedRequest,
  RecordingStore,
  roundsOf,
} from '../recording-store.ts'
import { periods } from '../years/periods.ts'
import { eventsEverywhere, everywhere, needles, openSkeleton } from '../years/seven-years.ts'
import { NotMade } from '../years/skeleton-store.ts'

/** The questions of seven years, each of a reader that was asked for something else before. */
export async function measureYears(only: readonly string[] | undefined): Promise<Figure[]> {
  const { store } = openSkeleton()
  const figures: Figure[] = []
  for (const [id, ask] of Object.entries(questions)) {
    if (only && !only.includes(id)) continue
    const recording = new RecordingStore(store, { holds: true })
    const archive = await openArchive({ store: recording })
    try {
      await archive.hours({ query: 'traceId:0ddba11' })
      recording.take()
      figures.push(...(await ask(archive, () => recording.take())))
    } catch (fault) {
      if (!(fault instanceof NotMade)) throw fault
      const peers = { GETs: countsOf(recording.take()).get, asked: fault.message.split(' ')[0]! }
      const [value, unit, target] = [Number.POSITIVE_INFINITY, 'GETs', 0]
      figures.push({ id, figure: '7 years: more than is needed', value, unit, target, peers })
    }
  }
  return figures
}

type Take = () => readonly RecordedRequest[]

const questions: Readonly<Record<string, (archive: Archive, take: Take) => Promise<Figure[]>>> = {
  S1: async (archive, take) => {
    const { intervals } = await archive.hours({ query: 'traceId:cafe0815f00d' })
    expect('S1', intervals.length, 1)
    const told = tell(take())
    return [
      { id: 'S1', figure: '7 years, a rare term → hours: GETs', ...gets(told, 140) },
      // One round is that of the listing, beside the pages; the catalog comes with the next.
      { id: 'S1', figure: '  rounds after the listing', ...rounds(told, 2) },
      { id: 'S1', figure: '  MB fetched', value: told.megabytes, unit: 'MB', target: 10 },
      { id: 'S1', figure: '  modelled p50', value: told.p50, unit: 'ms', target: 250 },
      { id: 'S1', figure: '  modelled p99', value: told.p99, unit: 'ms', target: 350 },
    ]
  },
  S2: async (archive, take) => {
    const query = 'traceId:beef4711cafe user:zebedee agent:florence'
    const { intervals } = await archive.hours({ query })
    expect('S2', intervals.length, 1)
    return [
      { id: 'S2', figure: '7 years, three rare terms → hours: GETs', ...gets(tell(take()), 420) },
    ]
  },
  S3: async (archive, take) => {
    const query = `${everywhere.field}:${everywhere.word}`
    const { count, intervals } = await archive.histogram({ query, interval: 'month' })
    const expected = periods.reduce((sum, period) => sum + eventsEverywhere(period), 0)
    expect('S3', count, expected)
    expect('S3', intervals.length, 85)
    return [
      { id: 'S3', figure: '7 years, a common term by month: GETs', ...gets(tell(take()), 140) },
    ]
  },
  N1: async (archive, take) => {
    expect('N1', await found(archive, { query: 'traceId:cafe0815f00d' }), 1)
    const one = tell(take())
    expect('N1', await found(archive, { query: 'user:dougal' }), needles.hundred.length)
    const hundred = tell(take())
    return [
      needle('an id → its event', one, 400),
      { id: 'N1', figure: '  dollars', value: one.dollars, unit: '$', target: 0.0002 },
      needle('a word → its 100 events', hundred, 500),
      { id: 'N1', figure: '  dollars', value: hundred.dollars, unit: '$', target: 0.0002 },
    ]
  },
  T3: async (archive, take) => {
    expect('T3', await found(archive, { stream: 'user/4711', limit: 50 }), 50)
    const told = tell(take())
    return [
      { id: 'T3', figure: 'latest 50 of a stream with one event a week: GETs', ...gets(told, 80) },
      { id: 'T3', figure: '  rounds', value: told.rounds, unit: 'rounds', target: 4 },
    ]
  },
}

async function found(
  archive: Archive,
  question: Parameters<Archive['search']>[0],
): Promise<number> {
  let count = 0
  for await (const _ of archive.search(question)) count++
  return count
}

function tell(requests: readonly RecordedRequest[]) {
  const { get, list } = countsOf(requests)
  return {
    get,
    list,
    rounds: roundsOf(requests),
    megabytes: bytesOf(requests) / 1e6,
    dollars: dollarsOf(requests),
    ...modelledLatency(requests),
  }
}

type Told = ReturnType<typeof tell>

function gets({ get, rounds, megabytes, p50, p99 }: Told, target: number) {
  const peers = {
    rounds,
    MB: megabytes.toPrecision(3),
    'modelled ms': `${Math.round(p50)} / ${Math.round(p99)}`,
  }
  return { value: get, unit: 'count', target, peers }
}

function rounds(told: Told, target: number) {
  return { value: told.rounds - 1, unit: 'rounds', target }
}

function needle(figure: string, told: Told, target: number): Figure {
  const { get, rounds, megabytes, p50, p99 } = told
  const peers = { GETs: get, rounds, MB: megabytes.toPrecision(3), 'p50 ms': Math.round(p50) }
  return {
    id: 'N1',
    figure: `7 years, ${figure}: modelled p99`,
    value: p99,
    unit: 'ms',
    target,
    peers,
  }
}

/** A question that misses an event ends the run. */
function expect(id: string, value: number, expected: number): void {
  if (value !== expected) throw new Error(`${id}: found ${value}, expected ${expected}`)
}
