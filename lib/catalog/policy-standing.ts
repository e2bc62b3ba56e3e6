import { domainOf, includesDomain } from '../core/domain.ts'
import type { Policy } from '../core/policy.ts'
import type { Store } from '../store/store.ts'
import type { Horizon } from './horizons.ts'
import { loadCatalog } from './load.ts'

/** A policy and what it has come to. */
export interface PolicyStanding {
  readonly policy: Policy
  /** Events of all its streams before this time are pruned; 0: none. */
  readonly prunedBeforeMicros: number
}

/** In the order in which they are tried. */
export async function loadStandings(store: Store): Promise<readonly PolicyStanding[]> {
  const { policies, horizons } = (await loadCatalog(store)).catalog
  return policies.map(policy => {
    return { policy, prunedBeforeMicros: reachedMicros(policy.pattern, policies, horizons) }
  })
}

/** How far the horizon of all streams of this policy has risen. */
export function reachedMicros(
  pattern: string,
  policies: readonly Policy[],
  horizons: readonly Horizon[],
): number {
  const domain = domainOf(pattern, policies)
  return horizons
    .filter(horizon => includesDomain(horizon, domain))
    .reduce((most, { beforeMicros }) => Math.max(most, beforeMicros), 0)
}
