import { LineWalker } from '../bucket/line.ts'
import { scanLines } from '../query/scan-lines.ts'
import type { Holding } from './holding.ts'
import type { PlannedFrame } from './plan-frames.ts'
import { type Scope, wantsTime } from './scope.ts'

/**
 * Looks at the lines of one frame: those that match go to `direct` when it is given, else to the
 * holding. Where the frame is contested, lines with an `@id` always go to the holding, also those
 * that do not match, for they may be the first line of an event. Throws `corrupt` for a malformed
 * line.
 */
export function scanFrame(
  frame: PlannedFrame,
  raw: Buffer,
  scope: Scope,
  holding: Holding,
  direct?: (line: LineWalker) => void,
): void {
  const walker = new LineWalker(raw)
  const isWanted = (): boolean =>
    wantsTime(scope, walker.timeMicros) && (frame.wanted?.has(walker.stream) ?? true)
  const take = (): void => {
    if (direct) direct(walker)
    else holding.add(walker, true)
  }
  if (!frame.isContested && !scope.filter.matchesAll) {
    scanLines(scope.filter, raw, (start, end) => {
      walker.readAt(start, end)
      if (isWanted()) take()
    })
    return
  }
  while (walker.next()) {
    if (!isWanted()) continue
    const isMatch = scope.filter.matches(raw, walker.start, walker.end)
    if (frame.isContested && walker.hasId) holding.add(walker, isMatch)
    else if (isMatch) take()
  }
}
