import { LineWalker } from '../bucket/line.ts'
import { isHidden, type Veil } from '../mask/veil.ts'
import { scanLines } from '../query/scan-lines.ts'
import { type Scope, wantsTime } from './scope.ts'

/** What of a frame's lines a question must see. */
export interface FrameScope extends Pick<Scope, 'startMicros' | 'endMicros' | 'filter'> {
  /** Streams to look at; `undefined`: all of them. */
  readonly wanted: ReadonlySet<string> | undefined
  /** Whether another object may hold events of this frame that have an `@id`. */
  readonly isContested: boolean
  /** What the catalog hides of it. */
  readonly veil?: Veil | undefined
}

/** Takes the line at hand of the walker. */
export type TakeLine = (line: LineWalker, isMatch: boolean) => void

/**
 * Shows the lines of one frame that match, in their order. Where the frame is contested, lines with
 * an `@id` are always shown, also those that do not match, for they may be the first line of an
 * event. Throws `corrupt` for a malformed line.
 */
export function scanFrame(raw: Buffer, scope: FrameScope, takeAny: TakeLine): void {
  const { filter, wanted, isContested, veil } = scope
  const walker = new LineWalker(raw)
  const take: TakeLine = veil
    ? (line, isMatch) => isHidden(veil, line) || takeAny(line, isMatch)
    : takeAny
  const isWanted = (): boolean =>
    wantsTime(scope, walker.timeMicros) && (wanted?.has(walker.stream) ?? true)
  if (!isContested && !filter.matchesAll) {
    scanLines(filter, raw, (start, end) => {
      walker.readAt(start, end)
      if (isWanted()) take(walker, true)
    })
    return
  }
  while (walker.next()) {
    if (!isWanted()) continue
    const isMatch = filter.matches(raw, walker.start, walker.end)
    if (isMatch || (isContested && walker.hasId)) take(walker, isMatch)
  }
}
