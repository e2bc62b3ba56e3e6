import type { Clock } from '../core/clock.ts'

export interface HedgeOptions {
  /** True when the first request has taken too long; false once the signal is aborted. */
  readonly isLate: (signal: AbortSignal) => Promise<boolean>
  /** Asked when it has: whether another request may be made. */
  readonly mayRepeat: () => boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * Sends a request, and once more when it is not answered in time. The first answer wins and the
 * other request is called off; when one fails meanwhile, the other decides.
 */
export async function hedged<T>(
  send: (signal: AbortSignal) => Promise<T>,
  { isLate, mayRepeat, signal }: HedgeOptions,
): Promise<T> {
  const over = new AbortController()
  const sent = signal ? AbortSignal.any([signal, over.signal]) : over.signal
  const first = send(sent)
  const ended = first.then(
    () => false,
    () => false,
  )
  const late = isLate(over.signal)
  try {
    if (!(await Promise.race([ended, late])) || !mayRepeat()) return await first
    return await Promise.any([first, send(sent)])
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error
  } finally {
    over.abort()
  }
}

/** A request is late when it has taken this long. */
export function lateAfter(clock: Clock, waitMillis: number): HedgeOptions['isLate'] {
  return async signal => {
    try {
      await clock.sleep(waitMillis, signal)
      // A busy process runs its timers before it looks what has arrived: let it look first.
      await clock.sleep(0, signal)
      return true
    } catch {
      return false
    }
  }
}
