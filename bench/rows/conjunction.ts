import { openArchive } from '../../lib/archive.ts'
import type { Figure } from '../figure.ts'
import type { FilledArchive } from '../filled-archive.ts'
import { modelledLatency } from '../latency.ts'
import { checkRecall, expectedLines, linesOf } from '../recall.ts'
import { bytesOf, countsOf, RecordingStore, roundsOf } from '../recording-store.ts'

const query = 'status:404 method:POST'
const wanted = 100

/** A1: the newest 100 events of two common terms together, of a fresh reader. */
export async function measureConjunction(filled: FilledArchive): Promise<Figure[]> {
  const store = new RecordingStore(filled.store, { holds: true })
  const reader = await openArchive({ store })
  const lines = await linesOf(reader.search({ query, limit: wanted }))
  const requests = store.take()
  const all = expectedLines(filled, {
    text: '"status":404',
    matches: event => event.status === 404 && event.method === 'POST',
  })
  const ids = new Set(lines.map(line => JSON.parse(line).requestId))
  const newest = all.slice(-wanted).filter(line => ids.has(JSON.parse(line).requestId))
  checkRecall(query, newest.length, Math.min(wanted, all.length))
  const returnedBytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0)
  const { p50, p99 } = modelledLatency(requests)
  const name = `two common terms, newest ${wanted}`
  return [
    {
      id: 'A1',
      figure: `${name}: GETs, cold`,
      value: countsOf(requests).get,
      unit: 'count',
      target: 12,
      peers: {
        rounds: roundsOf(requests),
        'modelled ms': `${Math.round(p50)} / ${Math.round(p99)}`,
        matching: all.length,
      },
    },
    {
      id: 'A1',
      figure: `${name}: bytes fetched / returned`,
      value: bytesOf(requests) / returnedBytes,
      unit: '×',
      target: 30,
    },
  ]
}
