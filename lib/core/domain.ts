import { createHash } from 'node:crypto'
import { encodeBytes } from './base32.ts'
import { isGlob, literalPrefix, matchesGlob } from './glob.ts'

/** The streams a policy applies to: those that match its pattern and no earlier policy's. */
export interface Domain {
  readonly pattern: string
  /** Patterns of earlier policies, as far as one stream may match both; ascending. */
  readonly except: readonly string[]
}

/**
 * The domain of the policy with this pattern; of one that is not listed, what the others leave to
 * it.
 */
export function domainOf(
  pattern: string,
  policies: readonly { readonly pattern: string }[],
): Domain {
  const position = policies.findIndex(policy => policy.pattern === pattern)
  const earlier = position < 0 ? policies : policies.slice(0, position)
  const patterns = earlier.map(policy => policy.pattern)
  return { pattern, except: patterns.filter(each => mayMeet(each, pattern)).sort() }
}

export function inDomain(stream: string, { pattern, except }: Domain): boolean {
  return matchesGlob(stream, pattern) && !except.some(each => matchesGlob(stream, each))
}

/** Short for a domain: 80 bits of hash, that no two domains share. */
export function markOfDomain({ pattern, except }: Domain): string {
  const text = JSON.stringify([pattern, ...except])
  return encodeBytes(createHash('sha256').update(text).digest().subarray(0, 10))
}

/** Whether every stream of the inner domain lies in the outer; wrong only by saying no. */
export function includesDomain(outer: Domain, inner: Domain): boolean {
  if (!includesGlob(outer.pattern, inner.pattern)) return false
  return outer.except.every(
    pattern => inner.except.includes(pattern) || !mayMeet(pattern, inner.pattern),
  )
}

/** Whether a stream may lie in both domains; wrong only by saying yes. */
export function mayShareStreams(a: Domain, b: Domain): boolean {
  const isApart = (one: Domain, other: Domain) =>
    one.except.some(pattern => includesGlob(pattern, other.pattern))
  return mayMeet(a.pattern, b.pattern) && !isApart(a, b) && !isApart(b, a)
}

/** Whether all that matches the inner glob matches the outer; wrong only by saying no. */
function includesGlob(outer: string, inner: string): boolean {
  if (outer === inner) return true
  const prefix = literalPrefix(outer)
  return outer === `${prefix}**` && literalPrefix(inner).startsWith(prefix)
}

/** Whether a stream may match both globs; wrong only by saying yes. */
function mayMeet(a: string, b: string): boolean {
  if (!isGlob(a)) return matchesGlob(a, b)
  if (!isGlob(b)) return matchesGlob(b, a)
  const [first, second] = [literalPrefix(a), literalPrefix(b)]
  return first.startsWith(second) || second.startsWith(first)
}
