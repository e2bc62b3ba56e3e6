import { Hono } from 'hono'
import type { Front } from '../archive.ts'
import type { Clock } from '../core/clock.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import { jsonResponse } from './answer-end.ts'
import { appendRoutes } from './append-routes.ts'
import { bodyParameters } from './body-parameters.ts'
import {
  type ConsoleFiles,
  type ConsolePlace,
  consolePaths,
  consoleResponse,
} from './console-response.ts'
import { isPreflight, originHeaders, preflightResponse, welcomeOrigin } from './cross-origin.ts'
import { eraseRoutes } from './erase-routes.ts'
import { eventRoutes } from './event-routes.ts'
import { fieldRoutes } from './field-routes.ts'
import { hoursRoute } from './hours-route.ts'
import { openApiDocument } from './openapi.ts'
import { operationRoutes } from './operation-routes.ts'
import { readParameters } from './parameters.ts'
import { noteDefect, problemResponse } from './problem.ts'
import { questionRoutes } from './question-routes.ts'
import { type Route, routerPath } from './route.ts'
import { tailRoute } from './tail-route.ts'
import { isForeign, unserved } from './unserved.ts'
import { UnsupportedBody } from './unsupported.ts'

/** Every address of the API. */
export const routes: readonly Route[] = [
  ...appendRoutes,
  ...questionRoutes,
  ...fieldRoutes,
  hoursRoute,
  ...eventRoutes,
  tailRoute,
  ...eraseRoutes,
  ...operationRoutes,
]

export interface AppOptions {
  readonly archive: Front
  readonly settings: Settings
  readonly clock: Clock
  /** Origins whose pages may use the API, e.g. `https://app.example.com`. Absent: its own. */
  readonly origins?: readonly string[]
  /** The page at `/`, and how it shows who asks. Absent: there is none. */
  readonly console?: { readonly files: ConsoleFiles } & Pick<ConsolePlace, 'auth'>
}

/** What a request may do, where not every request may do everything. */
export interface Permission {
  /** How the streams begin that it may append to. Absent: any. */
  readonly streams?: readonly string[]
}

export type App = Hono<{ Bindings: Permission }>

/** The HTTP API of one archive, Request in, Response out: the same on Node and on Lambda. */
export function createApp(options: AppOptions): App {
  const app: App = new Hono()
  app.use(async (context, next) => {
    const request = context.req.raw
    const origin = welcomeOrigin(request, options.origins ?? [])
    if (!origin && isForeign(request)) return refuseForeign(context.req.path)
    if (origin && isPreflight(request)) context.res = preflightResponse()
    else await next()
    context.header('X-Content-Type-Options', 'nosniff')
    if (options.origins) context.header('Vary', 'Origin', { append: true })
    if (origin) for (const [name, value] of originHeaders(origin)) context.header(name, value)
    // A HEAD runs the GET: stop reading what is not sent.
    if (context.req.method === 'HEAD') await context.res.body?.cancel()
  })
  for (const route of routes) {
    app.on(route.method, routerPath(route.path), async context => {
      const { settings, archive, clock } = options
      const request = context.req.raw
      const surroundings = { settings, nowMicros: clock.nowMicros() }
      const inBody = route.parametersInBody ? await bodyParameters(request, settings) : []
      const given = [...new URL(request.url).searchParams, ...inBody]
      const query = readParameters(given, route.queryParameters, surroundings)
      const path = context.req.param()
      const { streams } = context.env ?? {}
      return route.handle({ archive, settings, clock, query, path, request, streams })
    })
  }
  app.get('/openapi.json', () => jsonResponse(openApiDocument(routes)))
  if (options.console) {
    const { files, ...place } = options.console
    for (const path of consolePaths) {
      app.get(path, ({ req }) => {
        return consoleResponse(files, path, { ...place, knownTags: req.header('If-None-Match') })
      })
    }
  }
  app.notFound(context => unserved(routes, context.req.method, context.req.path))
  app.onError((error, context) => {
    if (error instanceof UnsupportedBody) {
      return problemResponse(error, context.req.path, { status: 415 })
    }
    noteDefect(error, context.req.raw.signal)
    return problemResponse(error, context.req.path)
  })
  return app
}

function refuseForeign(path: string): Response {
  const error = new ArchiveError('invalid', 'pages of other origins may not do this')
  return problemResponse(error, path, { status: 403 })
}
