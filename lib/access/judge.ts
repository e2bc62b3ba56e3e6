import { literalPrefix } from '../core/glob.ts'
import { isUnder, prefixesFor, type Scope } from './scope.ts'

/** What a request asks for, as far as that decides who may ask. */
export interface Asked {
  readonly method: string
  /** As it stands in the address, with its escapes. */
  readonly path: string
  /** Decoded. */
  readonly query: readonly (readonly [name: string, value: string])[]
}

/** `streams`: to these alone an append of this request may write; absent: to any. */
export type Verdict =
  | { readonly allowed: true; readonly streams?: readonly string[] }
  | { readonly allowed: false; readonly reason: string }

const appendPath = /^\/v1\/(?:events|streams\/(.+)\/events)$/
const timelinePath = /^\/v1\/streams\/(.+)\/events$/
const readPaths = /^\/v1\/(search|streams)$/
/** Addresses that take `stream`, and answer of no other then. */
const streamPaths =
  /^\/v1\/(search|count|histogram|hours|terms|fields|fields\/.+\/values|explain|tail|events\/[^/]+(\/context)?)$/

/**
 * Whether who has these scopes may ask this. What an address cannot tell is decided elsewhere: an
 * event names its own stream, so an append is told which it may write to. What is not known to be
 * harmless is for administrators.
 */
export function judge(scopes: readonly Scope[], { method, path, query }: Asked): Verdict {
  const plain = plainPath(path)
  if (plain === undefined) return refuse(`the path ${path.slice(0, 200)} cannot be read`)
  if (method === 'POST' && appendPath.test(plain)) return judgeAppend(scopes, plain)
  if (method === 'POST' && plain === '/v1/search') return judgeRead(scopes, plain, undefined)
  if (method !== 'GET' && method !== 'HEAD') {
    return prefixesFor('admin', scopes).length > 0 ? { allowed: true } : refuse(missing('admin'))
  }
  if (plain === '/v1/health' || plain === '/openapi.json') return { allowed: true }
  return judgeRead(scopes, plain, query)
}

function judgeAppend(scopes: readonly Scope[], path: string): Verdict {
  const streams = prefixesFor('ingest', scopes)
  if (streams.length === 0) return refuse(missing('ingest'))
  const [, stream] = appendPath.exec(path)!
  if (stream !== undefined && !isUnder(streams, stream)) {
    return refuse(`this may append to ${shown(streams)}, not to ${stream}`)
  }
  return streams.includes('') ? { allowed: true } : { allowed: true, streams }
}

function judgeRead(
  scopes: readonly Scope[],
  path: string,
  query: Asked['query'] | undefined,
): Verdict {
  const streams = prefixesFor('read', scopes)
  if (streams.length === 0) return refuse(missing('read'))
  if (streams.includes('')) return { allowed: true }
  const [, timeline] = timelinePath.exec(path) ?? []
  if (timeline !== undefined) return judgeBeginning(streams, timeline)
  const isList = path === '/v1/streams'
  if (query === undefined || !(isList || streamPaths.test(path))) {
    const how = readPaths.test(path) ? '; ask with GET' : ''
    return refuse(`this may read ${shown(streams)}, and this address tells of all streams${how}`)
  }
  const name = isList ? 'prefix' : 'stream'
  const given = query.filter(([known]) => known === name)
  if (given.length !== 1) return refuse(`this may read ${shown(streams)}: give one ${name}`)
  const [[, value]] = given as [readonly [string, string]]
  return judgeBeginning(streams, isList ? value : literalPrefix(value))
}

function judgeBeginning(streams: readonly string[], beginning: string): Verdict {
  if (isUnder(streams, beginning)) return { allowed: true }
  return refuse(`this may read ${shown(streams)}, not ${beginning || 'all streams'}`)
}

/** Decoded once, as the router does it; `undefined` when it could be read in two ways. */
function plainPath(path: string): string | undefined {
  if (!/^\/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*$/.test(path)) return undefined
  try {
    const plain = decodeURIComponent(path)
    return /[?#\\%]|\/\/|\/\.{1,2}(\/|$)/.test(plain) ? undefined : plain
  } catch {
    return undefined
  }
}

function refuse(reason: string): Verdict {
  return { allowed: false, reason }
}

function missing(action: string): string {
  return `this has no scope ${action}`
}

function shown(streams: readonly string[]): string {
  return streams.map(prefix => `${prefix}**`).join(', ')
}
