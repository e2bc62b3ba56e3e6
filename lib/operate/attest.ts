import { fold } from '../brigade/fold.ts'
import { cancelStaleClaims, claimedInputs } from '../brigade/job.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { chainHead, partsOf } from '../catalog/chain.ts'
import type { Workplace } from '../catalog/commit.ts'
import { loadCatalog } from '../catalog/load.ts'
import { Settled } from '../catalog/settled.ts'
import { listTail } from '../catalog/tail.ts'
import { ArchiveError } from '../core/errors.ts'

/** A hash to be kept where nobody can change it, and what it stands for. */
export interface Attestation {
  readonly archive: string
  /** Head of the chain. */
  readonly hash: string
  /** Entries of the chain up to it. */
  readonly entries: number
  readonly generation: number
  readonly micros: number
  /** Sealed events: all that were acknowledged before it began, but those of `unfolded`. */
  readonly events: number
  /** Identities of batches that could not be folded and are not under the hash. */
  readonly unfolded: readonly string[]
}

/**
 * Folds what waits in the tail, then tells the head of the chain, which stands for every event
 * acknowledged before this began. What another member is folding is waited for. Throws `missing`
 * when nothing was ever committed.
 */
export async function attest(place: Workplace, signal?: AbortSignal): Promise<Attestation> {
  const micros = place.clock.nowMicros()
  const identities = (await listTail(place.store, signal)).batches.map(batch => batch.identity)
  const damaged = new Set<string>()
  for (;;) {
    signal?.throwIfAborted()
    while (!signal?.aborted && (await fold(place, damaged)));
    const { catalog } = await loadCatalog(place.store)
    const settled = await Settled.load(place.store, catalog, identities)
    const unfolded = identities.filter(identity => !settled.has(identity))
    const claimed = claimedInputs(catalog)
    if (!unfolded.some(identity => claimed.has(identity))) {
      return attestationOf(catalog, micros, unfolded)
    }
    await place.clock.sleep(place.settings.brigadePauseMillis, signal)
    await cancelStaleClaims(place)
  }
}

function attestationOf(catalog: Catalog, micros: number, unfolded: readonly string[]): Attestation {
  const { archive, generation, chain } = catalog
  if (chain.length === 0) {
    throw new ArchiveError('missing', 'nothing to attest: no event was ever folded')
  }
  const holders = partsOf(catalog).flatMap<{ readonly eventCount: number }>(part =>
    'buckets' in part ? part.buckets : part.manifests,
  )
  const events = holders.reduce((total, { eventCount }) => total + eventCount, 0)
  const hash = chainHead(catalog)
  return { archive, hash, entries: chain.length, generation, micros, events, unfolded }
}
