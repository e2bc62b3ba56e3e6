import { credentialOf } from '../access/api-key.ts'
import { judge } from '../access/judge.ts'
import type { Holder } from '../access/key-list.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Permission } from './app.ts'
import { consolePaths } from './console-response.ts'
import { problemResponse } from './problem.ts'

type Fetch = (request: Request, permission?: Permission) => Response | Promise<Response>

/**
 * Serves only who gives an API key, and to them only what its scopes allow; to everybody the page
 * that asks for it.
 */
export function onlyWithKey(
  fetch: Fetch,
  holderOf: (key: string) => Holder | undefined,
): (request: Request) => Response | Promise<Response> {
  return request => {
    const { pathname, searchParams } = new URL(request.url)
    if (request.method === 'GET' && consolePaths.includes(pathname)) return fetch(request)
    const key = credentialOf(name => request.headers.get(name) ?? undefined)
    const holder = key === undefined ? undefined : holderOf(key)
    if (!holder) return whoAreYou(pathname, key !== undefined)
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
  // A browser asks for a password then, where somebody opens an address of the API in it.
  const headers = { 'WWW-Authenticate': 'Basic realm="varve", charset="UTF-8"' }
  return problemResponse(error, path, { status: 401, headers })
}
