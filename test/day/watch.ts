import { catalogKey, parseTailKey, tailPrefix } from '../../lib/store/keys.ts'
import type { ObjectTable } from '../../lib/store/object-table.ts'
import type { Scheduler } from '../simulation/scheduler.ts'

/** What lies in the tail at some minute, folded or not. */
interface TailSample {
  readonly minute: number
  readonly batches: number
  readonly oldestMinutes: number
}

export interface Watched {
  readonly tail: readonly TailSample[]
  readonly catalogBytesMax: number
}

/** Looks each minute, without a request. */
export async function watchTail(
  scheduler: Scheduler,
  table: ObjectTable,
  minutes: number,
): Promise<Watched> {
  const tail: TailSample[] = []
  let catalogBytesMax = 0
  await eachMinute(scheduler, minutes, minute => {
    const keys = table.keys().filter(key => key.startsWith(tailPrefix))
    const oldestMillis = keys[0] ? parseTailKey(keys[0]).idTimeMillis : scheduler.nowMicros / 1000
    const oldestMinutes = (scheduler.nowMicros / 1000 - oldestMillis) / 60_000
    tail.push({ minute, batches: keys.length, oldestMinutes })
    catalogBytesMax = Math.max(catalogBytesMax, table.get(catalogKey)?.bytes.length ?? 0)
  })
  return { tail, catalogBytesMax }
}

/** Resolves after the last minute. */
export function eachMinute(
  scheduler: Scheduler,
  minutes: number,
  act: (minute: number) => void,
): Promise<void> {
  const startMicros = scheduler.nowMicros
  return new Promise(resolve => {
    const next = (minute: number): void => {
      if (minute > minutes) {
        resolve()
        return
      }
      scheduler.addAt(undefined, startMicros + minute * 60e6, () => {
        act(minute)
        next(minute + 1)
      })
    }
    next(1)
  })
}
