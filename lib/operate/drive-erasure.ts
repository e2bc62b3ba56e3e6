import type { BrigadeReport, Member } from '../brigade/member.ts'
import type { Workplace } from '../catalog/commit.ts'
import { type ErasureStatus, erasureStatus } from '../mask/erasure-status.ts'

/** Pause between two passes while all that is left is to wait for processes to end. */
const collectPauseMillis = 60_000

/**
 * Does the brigade's work until the erasure has its certificate, or the signal is aborted: at least
 * `processMillisMax` behind the last rewrite. `report` is told after each pass how far it is and
 * what the pass did: a damaged part holds it up until it is repaired.
 */
export async function driveErasure(
  place: Workplace,
  member: Member,
  erasureId: string,
  signal: AbortSignal,
  report: (status: ErasureStatus, done: BrigadeReport) => void,
): Promise<ErasureStatus> {
  for (;;) {
    const done = await member.once(signal)
    const status = await erasureStatus(place.store, erasureId)
    report(status, done)
    if (status.state === 'erased' || signal.aborted) return status
    const { brigadePauseMillis } = place.settings
    const millis = status.state === 'collecting' ? collectPauseMillis : brigadePauseMillis
    await place.clock.sleep(millis, signal).catch(() => {})
  }
}
