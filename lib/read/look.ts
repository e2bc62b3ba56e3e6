import { LineWalker } from '../bucket/line.ts'
import { readFrame } from '../bucket/reader.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Veil } from '../mask/veil.ts'
import type { Fleet, ShownLines } from './fleet.ts'
import type { PlannedFrame } from './plan-frames.ts'
import { scanFrame, type TakeLine } from './scan.ts'
import type { Scope } from './scope.ts'

/**
 * Shows the lines of one frame that a question must see (`scanFrame`). Throws `corrupt` for a
 * malformed line.
 */
export type Look = (take: TakeLine) => void

/** Decodes the frame now and looks through it when asked. Throws `corrupt`. */
export function lookHere(compressed: Buffer, frame: PlannedFrame, scope: Scope): Look {
  const raw = readFrame(compressed, frame.entry)
  const { wanted, isContested } = frame
  return take => scanFrame(raw, { ...scope, wanted, isContested, veil: veilOfFrame(frame) }, take)
}

/** What the catalog hides of this frame. */
export function veilOfFrame({ source, isVeiled }: PlannedFrame): Veil | undefined {
  return isVeiled ? source.veil : undefined
}

/** As `lookHere`, with both done by the fleet. */
export async function lookByFleet(
  fleet: Fleet,
  compressed: Buffer,
  frame: PlannedFrame,
  scope: Scope,
  headsOnly: boolean,
  signal: AbortSignal,
): Promise<Look> {
  const { query, startMicros, endMicros } = scope
  const { entry, wanted, isContested } = frame
  const veil = veilOfFrame(frame)
  const range = { startMicros, endMicros }
  const order = { entry, query, ...range, wanted, isContested, headsOnly, veil }
  const shown = await fleet.scan(compressed, order, signal)
  return take => showAgain(shown, take)
}

/** Shows what was shown elsewhere. Throws `corrupt` where that ended in a fault. */
export function showAgain({ lines, matches, fault }: ShownLines, take: TakeLine): void {
  const walker = new LineWalker(lines)
  for (let i = 0; walker.next(); i++) take(walker, matches ? matches[i] === 1 : true)
  if (fault !== undefined) throw new ArchiveError('corrupt', fault)
}
