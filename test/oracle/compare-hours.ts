import { formatTime } from '../../lib/core/time.ts'
import type { Reader } from '../../lib/read/reader.ts'
import { selectionOf } from './compare.ts'
import type { DrawnQuestion } from './draw-question.ts'
import type { KnownEvent } from './known-events.ts'
import { labelledBy } from './label-interval.ts'

/** Every event lies in an interval that was told, and no bound is beyond the truth. */
export async function compareHours(
  reader: Reader,
  question: DrawnQuestion,
  expected: readonly KnownEvent[],
): Promise<string | undefined> {
  const { interval, timeZone } = question
  const labelOf = labelledBy(interval, timeZone)
  const answer = await reader.hours({ ...selectionOf(question), interval, timeZone })
  const { least, most } = answer
  if (expected.length < least || expected.length > most) {
    return `${expected.length} events are not between ${least} and ${most}`
  }
  let told = 0
  for (const found of answer.intervals) {
    const { startMicros, endMicros } = found
    const inside = expected.filter(
      ({ timeMicros }) => timeMicros >= startMicros && timeMicros < endMicros,
    )
    told += inside.length
    if (inside.length < found.least || inside.length > found.most) {
      const bounds = `${found.least} and ${found.most}`
      return `${inside.length} events from ${formatTime(startMicros)} are not between ${bounds}`
    }
    if (labelOf(startMicros) !== labelOf(endMicros - 1)) {
      return `${formatTime(startMicros)} to ${formatTime(endMicros)} is no ${interval}`
    }
  }
  return told === expected.length ? undefined : `${told} of ${expected.length} events are told`
}
