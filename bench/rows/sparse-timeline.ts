import { type Archive, openArchive } from '../../lib/archive.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { timelinePolicy } from '../../lib/core/policy.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import type { Store } from '../../lib/store/store.ts'
import { Chance } from '../corpora/chance.ts'
import type { Figure } from '../figure.ts'
import { modelledLatency } from '../latency.ts'
import { countsOf, RecordingStore, roundsOf } from '../recording-store.ts'

const users = 1000
const weeks = 7 * 52
const weeksABatch = 4
const weekMicros = 7 * 24 * 3600e6
const startMicros = Date.UTC(2019, 10, 25) * 1000
const asked = 711
const wanted = 50

/**
 * T3: users with one event a week for seven years, in streams that are kept as timelines. The
 * reader has nothing in memory.
 */
export async function measureSparseTimeline(): Promise<Figure[]> {
  const store = new MemoryStore(systemClock)
  await fill(store)
  const recording = new RecordingStore(store, { holds: true })
  const archive = await openArchive({ store: recording })
  const found = await latestOf(archive, asked)
  const requests = recording.take()
  const expected = Array.from({ length: wanted }, (_, i) => timeOf(asked, weeks - 1 - i))
  if (found.join() !== expected.join()) throw new Error('T3: the timeline misses an event')
  const { p50, p99 } = modelledLatency(requests)
  const beside = { 'modelled ms': `${Math.round(p50)} / ${Math.round(p99)}` }
  const name = 'latest 50 of a timeline with one event a week'
  return [
    row(`${name}, ${users} users: GETs`, countsOf(requests).get, 'count', 80, beside),
    row('  rounds after the listing', roundsOf(requests) - 1, 'rounds', 4),
  ]
}

async function fill(store: Store): Promise<void> {
  const archive = await openArchive({ store, settings: { groupCommitMillis: 0 } })
  await archive.setPolicies([{ ...timelinePolicy, pattern: 'user/*' }])
  const chance = new Chance(7)
  for (let week = 0; week < weeks; week += weeksABatch) {
    const lines: string[] = []
    for (let user = 0; user < users; user++) {
      for (let i = week; i < week + weeksABatch; i++) lines.push(lineOf(user, i, chance))
    }
    await archive.append({ lines: Buffer.from(lines.join('\n')) })
    await archive.brigadeOnce()
  }
}

function lineOf(user: number, week: number, chance: Chance): string {
  return JSON.stringify({
    '@time': timeOf(user, week),
    '@stream': `user/${user}`,
    action: ['login', 'order', 'pay', 'read'][chance.below(4)],
    item: chance.hex(16),
    session: chance.hex(32),
  })
}

/** Each user comes at an hour of his own. */
function timeOf(user: number, week: number): number {
  return startMicros + week * weekMicros + user * Math.floor(weekMicros / users)
}

async function latestOf(archive: Archive, user: number): Promise<number[]> {
  const times: number[] = []
  const hits = archive.search({ stream: `user/${user}`, limit: wanted })
  for await (const { timeMicros } of hits) times.push(timeMicros)
  return times
}

function row(
  figure: string,
  value: number,
  unit: string,
  target: number,
  peers?: Figure['peers'],
): Figure {
  return { id: 'T3', figure, value, unit, target, ...(peers && { peers }) }
}
