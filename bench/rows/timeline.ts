import { type Archive, openArchive } from '../../lib/archive.ts'
import type { Figure } from '../figure.ts'
import type { FilledArchive } from '../filled-archive.ts'
import { modelledLatency } from '../latency.ts'
import { linesOf } from '../recall.ts'
import { countsOf, type RecordedRequest, RecordingStore, roundsOf } from '../recording-store.ts'

const wanted = 50
const stream = 'api/orders'

/**
 * T1 and T2: the latest 50 events of an active stream, with nothing in memory, and again when ten
 * more events came. Those are in the tail, all others are folded.
 */
export async function measureTimeline(filled: FilledArchive): Promise<Figure[]> {
  const store = new RecordingStore(filled.store, { holds: true })
  const reader = await openArchive({ store })
  await appendTen(filled)
  const cold = await ask(reader, store, filled)
  await appendTen(filled)
  const warm = await ask(reader, store, filled)
  await filled.archive.brigadeOnce()
  const { p50, p99 } = modelledLatency(warm)
  const coldLatency = modelledLatency(cold)
  const beside = { 'p50 cold': `${Math.round(coldLatency.p50)} ms` }
  return [
    ...countFigures('warm', warm, { requests: 3, rounds: 2 }),
    ...countFigures('cold', cold, { requests: 5, rounds: 4 }),
    row('T2', 'timeline, latest 50, warm: modelled p50', p50, 'ms', 130, beside),
    row('T2', 'timeline, latest 50, warm: modelled p99', p99, 'ms', 280, {
      'p99 cold': `${Math.round(coldLatency.p99)} ms`,
      'bound without a listing': '157 ms',
    }),
  ]
}

function countFigures(
  state: string,
  requests: readonly RecordedRequest[],
  targets: { readonly requests: number; readonly rounds: number },
): Figure[] {
  const { get, list } = countsOf(requests)
  const peers = state === 'cold' ? { turbopuffer: '2-4' } : undefined
  const name = `timeline, latest 50, ${state}`
  return [
    row('T1', `${name}: requests`, get + list, 'count', targets.requests),
    row('T1', `${name}: rounds`, roundsOf(requests), 'rounds', targets.rounds, peers),
  ]
}

function row(
  id: string,
  figure: string,
  value: number,
  unit: string,
  target: number,
  peers?: Figure['peers'],
): Figure {
  return { id, figure, value, unit, target, ...(peers && { peers }) }
}

async function appendTen({ archive }: FilledArchive): Promise<void> {
  const { lastMicros } = await archive.stat()
  const lines = Array.from({ length: 10 }, (_, i) =>
    JSON.stringify({ '@time': lastMicros! + i + 1, '@stream': stream, status: 200 }),
  )
  await archive.append({ lines: Buffer.from(lines.join('\n')) })
}

/** What a person asked beside a scan of everything, newest first: both must say the same. */
async function ask(reader: Archive, store: RecordingStore, filled: FilledArchive) {
  store.take()
  const found = await linesOf(reader.search({ stream, limit: wanted }))
  const requests = store.take()
  const all = await linesOf(filled.archive.search({ stream, order: 'asc' }))
  const expected = all.slice(-wanted).reverse()
  if (found.join() !== expected.join()) throw new Error('the timeline misses an event')
  return requests
}
