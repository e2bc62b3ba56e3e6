import { type Domain, domainOf, markOfDomain } from '../core/domain.ts'
import { logPolicy } from '../core/policy.ts'
import type { Catalog } from './catalog.ts'

/**
 * Domains by their marks, as far as the catalog still says what they are: of the policies of now
 * and of those by which it was pruned.
 */
export function domainsOf({
  policies,
  horizons,
}: Pick<Catalog, 'policies' | 'horizons'>): ReadonlyMap<string, Domain> {
  const now = [...policies, logPolicy].map(({ pattern }) => domainOf(pattern, policies))
  return new Map([...horizons, ...now].map(domain => [markOfDomain(domain), domain]))
}
