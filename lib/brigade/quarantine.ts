import type { Catalog, Quarantined } from '../catalog/catalog.ts'
import { commit, type Workplace } from '../catalog/commit.ts'
import { Settled } from '../catalog/settled.ts'
import type { TailObject } from '../catalog/tail.ts'
import { holds } from '../core/rules.ts'
import { claimedInputs } from './job.ts'

/** A batch that was fetched twice and could not be decoded. */
export interface Unreadable {
  readonly batch: TailObject
  /** Some of its frames are whole. */
  readonly isReadable: boolean
  readonly reason: string
}

/**
 * Puts batches aside that cannot be read (PROTOCOL Q1): they stay in the tail, where reads name
 * them, and stop nobody. What is folded meanwhile, or in somebody else's hands, is left alone.
 */
export async function putAside(place: Workplace, found: readonly Unreadable[]): Promise<void> {
  if (found.length === 0) return
  const identities = found.map(({ batch }) => batch.identity)
  await commit(place, async catalog => {
    const settled = await Settled.load(place.store, catalog, identities)
    const claimed = claimedInputs(catalog)
    const aside = new Set(catalog.quarantined.map(each => each.identity))
    const added = found
      .filter(({ batch }) => !aside.has(batch.identity) && !claimed.has(batch.identity))
      .filter(({ batch }) => !(settled.has(batch.identity) && holds('quarantine-unsettled-only')))
      .map(each => entryOf(each, place.clock.nowMicros()))
    if (added.length === 0) return undefined
    const next = { ...catalog, quarantined: [...catalog.quarantined, ...added] }
    return { next, landed: later => added.every(each => isAside(later, each.identity)) }
  })
}

function entryOf({ batch, isReadable, reason }: Unreadable, sinceMicros: number): Quarantined {
  const { key, identity, sizeBytes, eventCount, firstMicros, lastMicros } = batch
  const span = { eventCount, firstMicros, lastMicros }
  return { key, identity, sizeBytes, ...span, sinceMicros, isReadable, reason }
}

function isAside(catalog: Catalog, identity: string): boolean {
  return catalog.quarantined.some(each => each.identity === identity)
}

/** The catalog in which these batches, which a fold has taken in, are no longer put aside (Q3). */
export function withoutAside(catalog: Catalog, folded: readonly string[]): Catalog {
  if (catalog.quarantined.length === 0 || !holds('fold-ends-quarantine')) return catalog
  const quarantined = catalog.quarantined.filter(each => !folded.includes(each.identity))
  return { ...catalog, quarantined }
}
