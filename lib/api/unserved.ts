import { ArchiveError } from '../core/errors.ts'
import { problemResponse } from './problem.ts'
import { matchesPath, type Route } from './route.ts'

/** The answer to a request that no route serves: 404, 405 with `Allow`, or 204 to OPTIONS. */
export function unserved(routes: readonly Route[], method: string, path: string): Response {
  const methods = new Set(routes.filter(route => matchesPath(route, path)).map(r => r.method))
  if (methods.size === 0) {
    const detail = `there is nothing at ${path}`
    const hint = 'see /openapi.json; the API begins with /v1/'
    const error = new ArchiveError('missing', detail, { details: [{ detail, hint }] })
    return problemResponse(error, path)
  }
  const allowed = [...methods, ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
  if (method === 'OPTIONS') return new Response(null, { status: 204, headers: { Allow: allowed } })
  const error = new ArchiveError('invalid', `${method} is not allowed at ${path}, but ${allowed}`)
  return problemResponse(error, path, { status: 405, headers: { Allow: allowed } })
}

/**
 * Whether a page of another origin makes this request: a browser sends a plain POST for any page,
 * so without this check every page could append to an archive served on the reader's own machine.
 */
export function isForeign(request: Request): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return false
  const site = request.headers.get('Sec-Fetch-Site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = request.headers.get('Origin')
  if (origin === null) return false
  const host = request.headers.get('Host') ?? new URL(request.url).host
  return URL.parse(origin)?.host !== host
}
