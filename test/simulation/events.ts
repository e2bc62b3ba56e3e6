import { formatTime } from '../../lib/core/time.ts'
import type { Dice } from './dice.ts'
import type { ModelEvent } from './model.ts'

export const words = ['alpha', 'beta', 'gamma', 'delta', 'alpine'] as const
const streams = ['web/eu', 'web/us', 'db', 'user/4711'] as const

/** Late events lie before this. */
export const lateEndMicros = Date.UTC(2026, 1, 15) * 1000

/** A new event: in one of some hours that are long over, or of now. */
export function drawEvent(
  dice: Dice,
  name: string,
  nowMicros: number,
  isLate: boolean,
): ModelEvent {
  const hour = Date.UTC(2026, dice.below(2), 1 + dice.below(2), dice.below(2)) * 1000
  const timeMicros = isLate ? hour + dice.below(4) : nowMicros - dice.below(3) * 60e6
  return {
    name,
    stream: dice.of(streams),
    timeMicros,
    id: dice.chance(0.5) ? `id-${name}` : undefined,
    n: dice.below(100),
    word: dice.of(words),
    ip: `10.0.0.${dice.below(12)}`,
  }
}

/** The event as NDJSON has it. */
export function lineOf({ timeMicros, stream, id, ...rest }: ModelEvent): string {
  const own = id === undefined ? {} : { '@id': id }
  return JSON.stringify({ '@time': formatTime(timeMicros), '@stream': stream, ...own, ...rest })
}
