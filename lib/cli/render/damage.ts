import type { Damage } from '../../read/question.ts'
import { showCounted } from './figures.ts'
import type { ShowTime } from './zoned-time.ts'

/** What an answer had to do without, one line a damaged range (promise 4). */
export function showDamage(damage: readonly Damage[], showTime: ShowTime): string[] {
  return damage.map(
    ({ object, startByte, endByte, streams, startMicros, endMicros, eventCount, reason }) =>
      `varve: damaged: ${object} bytes ${startByte}-${endByte}: ${reason}; ` +
      `the answer lacks up to ${showCounted(eventCount, 'event')} of ${streams.join(', ') || 'unknown streams'} ` +
      `between ${showTime(startMicros)} and ${showTime(endMicros)}`,
  )
}
