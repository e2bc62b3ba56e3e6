import { credentialOf } from '../access/api-key.ts'
import { judge } from '../access/judge.ts'
import type { Holder } from '../access/key-list.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Permission } from './app.ts'
import { problemResponse } from './problem.ts'

type Fetch = (request: Request, permission?: Permission) => Response | Promise<Response>

/** Serves only who gives an API key, and to them only what its scopes allow. */
export function onlyWithKey(
  fetch: Fetch,
  holderOf: (key: string) => Holder | undefined,
): (request: Request) => Response | Promise<Response> {
  return request => {
    const { pathname, searchParams } = new URL(request.url)
    const key = credentialOf(name => request.headers.get(name) ?? undefined)
    const holder = key === undefined ? undefined : holderOf(key)
    if (!holder) return whoAreYou(pathname, key !== undefined)
    // The console's own files tell nothing; what it asks is judged.
    if (!/^\/(v1\/|openapi\.json$)/.test(pathname)) return fetch(request)
    const asked = { method: request.method, path: pathname, query: [...searchParams] }
    const verdict = judge(holder.scopes, asked)
    if (verdict.allowed) return fetch(request, verdict)
    return problemResponse(new ArchiveError('invalid', verdict.reason), pathname, { status: 403 })
  }
}

function whoAreYou(path: string, isGiven: boolean): Response {
  const detail = isGiven ? 'this API key is not known here' : 'this address asks for an API key'
  const hint = 'send it as Authorization: Bearer KEY, or as the password of HTTP Basic'
  const error = new ArchiveError('invalid', detail, { details: [{ detail, hint }] })
  // Browsers ask for a password then, which is how the console gets its key.
  const headers = { 'WWW-Authenticate': 'Basic realm="varve", charset="UTF-8"' }
  return problemResponse(error, path, { status: 401, headers })
}
