import type { Catalog, EventSelection } from '../catalog/catalog.ts'
import { holds } from '../core/rules.ts'

/** Events that a catalog hides; also of streams that match none of these patterns. */
export interface HiddenSelection extends EventSelection {
  readonly except?: readonly string[]
}

/** What hides them, and up to which `maskSeq` runs are free of them already. */
export interface Hiding {
  readonly seq: number
  readonly selection: HiddenSelection
}

/** All that a catalog hides (PROTOCOL R3): by masks, and by horizons, of which no run is free. */
export function hidingsOf(catalog: Pick<Catalog, 'masks' | 'horizons'>): readonly Hiding[] {
  const masks = holds('read-applies-masks') ? catalog.masks : []
  const horizons = holds('read-applies-horizon') ? hidingsOfHorizons(catalog) : []
  return [...masks, ...horizons]
}

export function hidingsOfHorizons({ horizons }: Pick<Catalog, 'horizons'>): readonly Hiding[] {
  return horizons.map(({ pattern, except, beforeMicros }) => ({
    seq: Infinity,
    selection: { stream: pattern, except, endMicros: beforeMicros },
  }))
}
