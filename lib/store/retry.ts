import type { Clock } from '../core/clock.ts'
import { fraction, type Random } from '../core/random.ts'
import { storeLimits } from '../core/store-limits.ts'

/**
 * Tries until it succeeds, fails for good or has failed `readAttemptsMax` times; the last failure
 * is thrown. Pauses double from `readPauseMillis`, with jitter, and end when the caller gives up.
 */
export async function retried<Result>(
  attempt: () => Promise<Result>,
  mayHelp: (error: unknown) => boolean,
  given: { readonly clock: Clock; readonly random: Random; readonly signal?: AbortSignal },
): Promise<Result> {
  for (let count = 1; ; count++) {
    try {
      return await attempt()
    } catch (error) {
      given.signal?.throwIfAborted()
      if (count === storeLimits.readAttemptsMax || !mayHelp(error)) throw error
    }
    const pauseMillis = storeLimits.readPauseMillis * 2 ** (count - 1)
    await given.clock.sleep(pauseMillis * (0.5 + fraction(given.random)), given.signal)
  }
}
