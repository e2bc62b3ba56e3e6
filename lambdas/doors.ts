import type { APIGatewayProxyEvent, Context } from 'aws-lambda'
import { Hono } from 'hono'
import { type App, createApp } from '../lib/api/app.ts'
import { problemResponse } from '../lib/api/problem.ts'
import { openFront } from '../lib/archive.ts'
import { makeBatchId } from '../lib/core/batch-id.ts'
import { systemClock } from '../lib/core/clock.ts'
import { ArchiveError } from '../lib/core/errors.ts'
import { systemRandom } from '../lib/core/random.ts'
import { defaultSettings, settingsWith } from '../lib/core/settings.ts'
import { archiveOfProcess } from './archive-of-process.ts'
import { callMillisLeft, endOf } from './call-end.ts'
import { scanCalls } from './scan-calls.ts'
import { isUnpacked } from './unpacked-body.ts'

const keyHeader = 'Idempotency-Key'

/** Kept of a call's time for the last look of one that follows. */
const lookMillis = 5000

type Call = {
  Bindings: {
    readonly event?: APIGatewayProxyEvent
    readonly lambdaContext?: Context
    readonly context?: Context
  }
}

const front = archiveOfProcess(outside => openFront({ ...outside, ...scanCalls(outside) }))
let app: App | undefined

/**
 * The HTTP API as the Lambdas serve it. What a call asks for ends before the call does: a frozen
 * process would finish it minutes later, in another call.
 */
export const doors = new Hono<Call>()
  .all('*', async ({ req, env }) => {
    // The adapters for whole and for streamed answers call it differently.
    const context = env.lambdaContext ?? env.context
    const signal = context ? endOf(context) : null
    app ??= await openApp()
    const headers = new Headers(req.raw.headers)
    // A call has no company to share a PUT with, and a PUT of its own ends when the call does.
    headers.set(keyHeader, keyOf(env.event) ?? makeBatchId(systemClock, systemRandom))
    const coding = headers.get('Content-Encoding')
    if (env.event && isUnpacked(env.event, coding)) headers.delete('Content-Encoding')
    const request = new Request(req.raw, { headers, signal })
    // Of the authorizer of the API (lambdas/authorize.ts).
    const streams: unknown = env.event?.requestContext.authorizer?.streams
    return app.fetch(request, typeof streams === 'string' ? { streams: JSON.parse(streams) } : {})
  })
  .onError((error, { req }) => {
    // Only opening the archive fails here; what a wrong set-up is, no client can mend.
    console.error(error)
    const passes = error instanceof ArchiveError && error.code === 'unavailable'
    return problemResponse(error, req.path, passes ? {} : { status: 500 })
  })

async function openApp(): Promise<App> {
  const origins = process.env.VARVE_ORIGINS?.split(',')
  // Every call has as much time as the first one: who follows is told the end, not of a failure.
  const followMillisMax = Math.max(0, callMillisLeft() - lookMillis)
  const settings = settingsWith({
    followMillisMax: Math.min(followMillisMax, defaultSettings.followMillisMax),
  })
  const archive = await front()
  return createApp({ archive, settings, clock: systemClock, ...(origins && { origins }) })
}

/** The key as it was sent: of an adapter it comes spelt in ASCII, and so would pass. */
function keyOf(event: APIGatewayProxyEvent | undefined): string | undefined {
  const named = Object.entries(event?.multiValueHeaders ?? {}).find(
    ([name]) => name.toLowerCase() === keyHeader.toLowerCase(),
  )
  return named?.[1] && Buffer.from(named[1].join(', ')).toString('latin1')
}
