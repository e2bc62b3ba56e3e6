import type { Damage, Healed } from '../../read/question.ts'
import { showCounted } from './figures.ts'
import type { ShowTime } from './zoned-time.ts'

const linesMax = 10

/** What an answer had to do without, a line for each of the first ranges (promise 4). */
export function showDamage(damage: readonly Damage[], showTime: ShowTime): string[] {
  const lines = damage.slice(0, linesMax).map(each => showOne(each, showTime))
  const others = damage.slice(linesMax)
  if (others.length > 0) {
    const events = others.reduce((sum, { eventCount }) => sum + eventCount, 0)
    lines.push(
      `varve: damaged: ${showCounted(others.length, 'more range')}; ` +
        `the answer lacks up to ${showCounted(events, 'more event')}`,
    )
  }
  return lines
}

/** What the answer does not lack, though it is damaged. */
export function showHealed(healed: readonly Healed[]): string[] {
  const lines = healed.slice(0, linesMax).map(({ object, startByte, endByte, reason }) => {
    return `varve: healed by parity: ${object} bytes ${startByte}-${endByte}: ${reason}`
  })
  const others = healed.length - lines.length
  if (others > 0) lines.push(`varve: healed by parity: ${showCounted(others, 'more range')}`)
  if (lines.length > 0) lines.push('varve: varve verify --repair writes what is healed anew')
  return lines
}

function showOne(damage: Damage, showTime: ShowTime): string {
  const { object, startByte, endByte, streams, startMicros, endMicros } = damage
  return (
    `varve: damaged: ${object} bytes ${startByte}-${endByte}: ${damage.reason}; ` +
    `the answer lacks up to ${showCounted(damage.eventCount, 'event')} ` +
    `of ${streams.join(', ') || 'unknown streams'} ` +
    `between ${showTime(startMicros)} and ${showTime(endMicros)}`
  )
}
