import type { Clock } from '../core/clock.ts'

export interface HedgeOptions {
  readonly clock: Clock
  /** How long the first request may take. */
  readonly waitMillis: number
  /** Asked when that is over: whether another request may be made. */
  readonly mayRepeat: () => boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * Sends a request, and once more when it is not answered in time. The first answer wins and the
 * other request is called off; when one fails meanwhile, the other decides.
 */
export async function hedged<T>(
  send: (signal: AbortSignal) => Promise<T>,
  { clock, waitMillis, mayRepeat, signal }: HedgeOptions,
): Promise<T> {
  const over = new AbortController()
  const sent = signal ? AbortSignal.any([signal, over.signal]) : over.signal
  const first = send(sent)
  const ended = first.then(
    () => false,
    () => false,
  )
  const late = isLate(clock, waitMillis, over.signal)
  try {
    if (!(await Promise.race([ended, late])) || !mayRepeat()) return await first
    return await Promise.any([first, send(sent)])
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error
  } finally {
    over.abort()
  }
}

/** True when the time is over, false when nobody waits any more. */
async function isLate(clock: Clock, waitMillis: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(waitMillis, signal)
    // A busy process runs its timers before it looks what has arrived: let it look first.
    await clock.sleep(0, signal)
    return true
  } catch {
    return false
  }
}
