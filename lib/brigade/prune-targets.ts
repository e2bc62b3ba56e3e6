import type { Catalog, EventSelection, LegalHold } from '../catalog/catalog.ts'
import type { Horizon } from '../catalog/horizons.ts'
import { reachedMicros } from '../catalog/policy-standing.ts'
import { type Domain, domainOf, mayShareStreams } from '../core/domain.ts'
import { hourMicros } from './periods.ts'

/** How far a policy's retention wants its horizon to rise. */
export interface PruneTarget {
  readonly retentionMicros: number
  readonly horizon: Horizon
  /** How far it has risen. */
  readonly reachedMicros: number
  /** Legal holds for whose sake it rises less. */
  readonly heldBy: readonly string[]
}

/** One for each policy with a retention. Horizons rise by whole hours. Pure. */
export function pruneTargets(catalog: Catalog, nowMicros: number): PruneTarget[] {
  const { policies, horizons } = catalog
  return policies.flatMap(({ pattern, retentionMicros }) => {
    if (retentionMicros === undefined) return []
    const domain = domainOf(pattern, policies)
    const heldMicros = (hold: LegalHold) => heldFrom(hold.selection, domain)
    const wantedMicros = hourBefore(nowMicros - retentionMicros)
    const holding = catalog.holds.filter(hold => heldMicros(hold) < wantedMicros)
    const beforeMicros = Math.min(
      wantedMicros,
      ...holding.map(hold => hourBefore(heldMicros(hold))),
    )
    const reached = reachedMicros(pattern, policies, horizons)
    const horizon = { ...domain, beforeMicros: Math.max(beforeMicros, reached) }
    const heldBy = holding.map(({ id }) => id)
    return [{ retentionMicros, horizon, reachedMicros: reached, heldBy }]
  })
}

/** The first time that a hold may cover in streams of this domain. */
function heldFrom({ stream, startMicros = 0 }: EventSelection, domain: Domain): number {
  const isTouched = stream === undefined || mayShareStreams({ pattern: stream, except: [] }, domain)
  return isTouched ? startMicros : Infinity
}

function hourBefore(micros: number): number {
  return Math.max(0, Math.floor(micros / hourMicros) * hourMicros)
}
