import type { Context } from 'aws-lambda'
import { Hono } from 'hono'
import { createApp } from '../lib/api/app.ts'
import { problemResponse } from '../lib/api/problem.ts'
import { systemClock } from '../lib/core/clock.ts'
import { ArchiveError } from '../lib/core/errors.ts'
import { settingsWith } from '../lib/core/settings.ts'
import { archiveOfProcess } from './archive-of-process.ts'

/** Kept of a call's time for telling that it is over. */
const answerMillis = 1000

type Call = { Bindings: { readonly lambdaContext?: Context; readonly context?: Context } }

let app: Hono | undefined

/**
 * The HTTP API as the Lambdas serve it. What a call asks for ends before the call does: a frozen
 * process would finish it minutes later, in another call.
 */
export const doors = new Hono<Call>()
  .all('*', async ({ req, env }) => {
    app ??= createApp({
      archive: await archiveOfProcess(),
      settings: settingsWith(),
      clock: systemClock,
    })
    // The adapters for whole and for streamed answers call it differently.
    const context = env.lambdaContext ?? env.context
    return app.fetch(new Request(req.raw, { signal: endOf(context) }))
  })
  .onError((error, { req }) => {
    // Only opening the archive fails here; what a wrong set-up is, no client can mend.
    console.error(error)
    const passes = error instanceof ArchiveError && error.code === 'unavailable'
    return problemResponse(error, req.path, passes ? {} : { status: 500 })
  })

function endOf(context: Context | undefined): AbortSignal | null {
  if (!context) return null
  const end = new AbortController()
  const millis = Math.max(0, context.getRemainingTimeInMillis() - answerMillis)
  AbortSignal.timeout(millis).addEventListener('abort', () => {
    const message = 'the call ran out of time; whether it took effect is unknown'
    end.abort(new ArchiveError('unavailable', message, { retryAfterSeconds: 1 }))
  })
  return end.signal
}
