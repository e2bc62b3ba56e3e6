import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import { identityTimeMillis } from '../store/keys.ts'
import type { Store } from '../store/store.ts'
import { loadSegment } from './absorbed.ts'
import type { Catalog, Segment } from './catalog.ts'

/**
 * The one test of PROTOCOL O4, by one catalog, for the identities it was loaded for: what is
 * settled lies in runs already or may never be read, folded or acknowledged again. Its three parts
 * are told apart because each is a rule of its own.
 */
export class Settled {
  readonly #catalog: Catalog
  readonly #recent: ReadonlySet<string>
  readonly #absorbed: ReadonlySet<string>
  readonly #quarantined: ReadonlySet<string>
  /** What is wrong with the segment that might hold the identity. */
  readonly #doubts: ReadonlyMap<string, string>

  private constructor(
    catalog: Catalog,
    recent: ReadonlySet<string>,
    absorbed: ReadonlySet<string>,
    doubts: ReadonlyMap<string, string>,
  ) {
    this.#catalog = catalog
    this.#doubts = doubts
    this.#recent = recent
    this.#absorbed = absorbed
    const aside = holds('quarantine-outlives-floor') ? catalog.quarantined : []
    this.#quarantined = new Set(aside.map(batch => batch.identity))
  }

  /**
   * Loads only the segments that may hold one of these. A segment that is gone throws `missing`,
   * one that is damaged `corrupt`, unless doubts are `allowed`.
   */
  static async load(
    store: Store,
    catalog: Catalog,
    identities: Iterable<string>,
    doubts: 'allowed' | 'refused' = 'refused',
  ): Promise<Settled> {
    const recent = new Set(catalog.recent)
    const others = [...identities].filter(identity => !recent.has(identity)).sort()
    const needed = catalog.absorbed.filter(segment => fallsIn(segment, others))
    const damaged: { readonly segment: Segment; readonly reason: string }[] = []
    const load = async (segment: Segment): Promise<ReadonlySet<string>> => {
      try {
        return await loadSegment(store, segment)
      } catch (fault) {
        if (doubts === 'refused' || !isDamage(fault)) throw fault
        damaged.push({ segment, reason: `${segment.key} is damaged: ${fault.message}` })
        return new Set()
      }
    }
    const segments = await Promise.all(needed.map(load))
    const absorbed = others.filter(identity => segments.some(segment => segment.has(identity)))
    const doubtful = new Map<string, string>()
    for (const { segment, reason } of damaged) {
      for (const id of others) if (fallsIn(segment, [id])) doubtful.set(id, reason)
    }
    return new Settled(catalog, recent, new Set(absorbed), doubtful)
  }

  /** Any of the three. */
  has(identity: string): boolean {
    return this.inRecent(identity) || this.inAbsorbed(identity) || this.belowFloor(identity)
  }

  get hasDoubts(): boolean {
    return this.#doubts.size > 0
  }

  /** Why nobody knows whether it is settled; `undefined`: `has` says whether. */
  doubtOf(identity: string): string | undefined {
    return this.has(identity) ? undefined : this.#doubts.get(identity)
  }

  /** Folded, and its tail object may still be there. */
  inRecent(identity: string): boolean {
    return this.#recent.has(identity)
  }

  /** Folded and swept. */
  inAbsorbed(identity: string): boolean {
    return this.#absorbed.has(identity)
  }

  /** So old that what was acknowledged has been folded, unless it was put aside. */
  belowFloor(identity: string): boolean {
    if (this.#quarantined.has(identity)) return false
    return identityTimeMillis(identity) < this.#catalog.floorMillis
  }
}

function isDamage(fault: unknown): fault is ArchiveError {
  return fault instanceof ArchiveError && fault.code === 'corrupt'
}

/** Whether one of the ascending identities lies in the segment's range. */
function fallsIn(segment: Segment, identities: readonly string[]): boolean {
  let low = 0
  let high = identities.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (identities[middle]! < segment.firstIdentity) low = middle + 1
    else high = middle
  }
  const next = identities[low]
  return next !== undefined && next <= segment.lastIdentity
}
