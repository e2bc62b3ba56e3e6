import type { Context } from 'aws-lambda'
import { ArchiveError } from '../lib/core/errors.ts'

/** Kept of a call's time for telling that it is over. */
const answerMillis = 1000

let now: Pick<Context, 'getRemainingTimeInMillis'> | undefined

/** How long the call that this process is at may go on: it has one at a time. */
export function callMillisLeft(): number {
  return now ? now.getRemainingTimeInMillis() - answerMillis : 0
}

/** Aborted shortly before the call's time is over: a frozen process must have nothing under way. */
export function endOf(context: Pick<Context, 'getRemainingTimeInMillis'>): AbortSignal {
  now = context
  const millis = callMillisLeft()
  const reason = new ArchiveError(
    'unavailable',
    'the call ran out of time; whether it took effect is unknown',
    { retryAfterSeconds: 1 },
  )
  if (millis <= 0) return AbortSignal.abort(reason)
  const end = new AbortController()
  AbortSignal.timeout(millis).addEventListener('abort', () => end.abort(reason))
  return end.signal
}
