import { type Domain, includesDomain, inDomain, mayShareStreams } from './domain.ts'
import { literalPrefix, mayMatchBetween } from './glob.ts'

/** What is known of the streams of an object. */
export interface StreamExtent {
  /** First and last by name; absent: any. */
  readonly streams?: readonly [first: string, last: string] | undefined
  /** A domain that all of them belong to. */
  readonly domain?: Domain | undefined
}

/** Whether the domain has all streams of the object; wrong only by saying no. */
export function holdsAll(domain: Domain, { streams, domain: own }: StreamExtent): boolean {
  if (own && includesDomain(domain, own)) return true
  if (streams && streams[0] === streams[1]) return inDomain(streams[0], domain)
  if (domain.except.some(pattern => mayMatch(pattern, streams))) return false
  return surelyMatches(domain.pattern, streams)
}

/** Whether it has one of them; wrong only by saying yes. */
export function mayHoldSome(domain: Domain, { streams, domain: own }: StreamExtent): boolean {
  if (own && !mayShareStreams(domain, own)) return false
  if (streams && streams[0] === streams[1]) return inDomain(streams[0], domain)
  if (domain.except.some(pattern => surelyMatches(pattern, streams))) return false
  return mayMatch(domain.pattern, streams)
}

function mayMatch(pattern: string, streams: StreamExtent['streams']): boolean {
  return !streams || mayMatchBetween(pattern, ...streams)
}

function surelyMatches(pattern: string, streams: StreamExtent['streams']): boolean {
  if (pattern === '**') return true
  const prefix = literalPrefix(pattern)
  if (!streams || pattern !== `${prefix}**`) return false
  return streams.every(stream => stream.startsWith(prefix))
}
