import { type Archive, openArchive } from '../../lib/archive.ts'
import { type Clock, systemClock } from '../../lib/core/clock.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import type { Figure } from '../figure.ts'
import { countsOf, RecordingStore } from '../recording-store.ts'

const dayMicros = 24 * 3600 * 1e6

/**
 * K0: a day in which nobody asks and nobody writes, of a clock that jumps from pause to pause.
 * On AWS the brigade is called once a day and by fresh batches; where it runs in a process beside a
 * directory, it looks every few seconds, which costs no requests there.
 */
export async function measureIdle(): Promise<Figure[]> {
  const doors = await idleDay(async () => {})
  const called = await idleDay(archive => archive.brigadeOnce())
  const polling = await idleDay((archive, signal) => archive.brigade(signal))
  return [
    {
      id: 'K0',
      figure: 'requests of reader and writer in 24 idle hours',
      value: doors,
      unit: 'count',
      target: 0,
    },
    {
      id: 'K0',
      figure: 'requests of all in 24 idle hours, as on AWS',
      value: doors + called,
      unit: 'count',
      target: 24,
      peers: { 'a brigade that polls': polling, SlateDB: '$4.80 a month' },
    },
  ]
}

type Work = (archive: Archive, signal: AbortSignal) => Promise<unknown>

/** Requests of this work in one idle day, after an append, a question and a fold. */
async function idleDay(work: Work): Promise<number> {
  const end = new AbortController()
  const clock = jumpingClock(end)
  const store = new RecordingStore(new MemoryStore(clock), { holds: false })
  const archive = await openArchive({ store, clock })
  await archive.append({ stream: 'web', lines: Buffer.from('{"status":200}') })
  await archive.count({ query: 'status:200' })
  await archive.brigadeOnce()
  store.take()
  clock.startDay()
  await work(archive, end.signal)
  await archive.close()
  const { get, list, put, delete: deletes } = countsOf(store.take())
  return get + list + put + deletes
}

/** Every pause is over at once and moves the time; at the end of the day everybody is told. */
function jumpingClock(end: AbortController): Clock & { startDay(): void } {
  let nowMicros = systemClock.nowMicros()
  let endMicros = Infinity
  return {
    nowMicros: () => nowMicros,
    startDay: () => {
      endMicros = nowMicros + dayMicros
    },
    sleep: async (millis, signal) => {
      signal?.throwIfAborted()
      nowMicros += millis * 1000
      if (nowMicros >= endMicros) end.abort()
    },
  }
}
