import { LineWalker } from '../bucket/line.ts'
import type { Asking } from './asking.ts'
import type { Known } from './plan-frames.ts'
import { type KnownTally, Reading } from './reading.ts'
import type { Scope } from './scope.ts'
import type { Snapshot } from './snapshot.ts'

/** What a question makes of each event, in no order. */
export interface Tally {
  readonly add: (line: LineWalker) => void
  /** Whether time and stream are all that it looks at. */
  readonly headsOnly?: boolean
  /** Takes the number of matching events, where that is known. */
  readonly known?: KnownTally
}

/**
 * Shows the tally every event of the scope once, and reads no frame of which it knows enough. When
 * the budget is spent, it has seen some of them.
 */
export async function tallyEvents(
  asking: Asking,
  snapshot: Snapshot,
  scope: Scope,
  tally: Tally,
): Promise<void> {
  const reading = new Reading(asking, snapshot, {
    scope,
    order: 'asc',
    wanted: Infinity,
    direct: tally.add,
    headsOnly: tally.headsOnly ?? false,
    ...(tally.known && { known: tally.known }),
  })
  await asking.withinBudget(async () => {
    for await (const group of reading.events()) {
      for (const { event } of group) {
        const walker = new LineWalker(event.line)
        walker.readAt(0, event.line.length)
        tally.add(walker)
      }
    }
  })
}

/** Whether all these events lie in the range. */
export function isWithin(part: Known, startMicros: number, endMicros: number): boolean {
  return part.firstMicros >= startMicros && part.lastMicros < endMicros
}
