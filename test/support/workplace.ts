import type { Workplace } from '../../lib/catalog/commit.ts'
import type { Clock } from '../../lib/core/clock.ts'
import { seededRandom } from '../../lib/core/random.ts'
import { type Settings, settingsWith } from '../../lib/core/settings.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import type { Store } from '../../lib/store/store.ts'

/** 2026-11-20T00:00:00Z */
export const testStartMicros = 1_795_132_800_000_000

/** Time that stands still but for sleeps, which pass at once, and for `advance`. */
export class StillClock implements Clock {
  #micros: number

  constructor(startMicros = testStartMicros) {
    this.#micros = startMicros
  }

  nowMicros(): number {
    return this.#micros
  }

  async sleep(millis: number, signal?: AbortSignal): Promise<void> {
    await new Promise(resolve => setImmediate(resolve))
    signal?.throwIfAborted()
    this.advance(millis)
  }

  advance(millis: number): void {
    this.#micros += millis * 1000
  }
}

export interface TestPlace extends Workplace {
  readonly clock: StillClock
}

/** A workplace on a memory store, or on what `wrap` makes of it. */
export function makePlace(
  settings: Partial<Settings> = {},
  wrap: (store: MemoryStore) => Store = store => store,
): TestPlace {
  const clock = new StillClock()
  const store = wrap(new MemoryStore(clock))
  return { store, clock, random: seededRandom(7), settings: settingsWith(settings) }
}
