import type { Catalog } from '../catalog/catalog.ts'
import type { ChainEntry } from '../catalog/chain-entry.ts'
import { walkChain } from '../catalog/chain-segment.ts'
import type { Workplace } from '../catalog/commit.ts'
import { loadCatalog } from '../catalog/load.ts'
import { ArchiveError } from '../core/errors.ts'
import type { Store } from '../store/store.ts'
import { EvidenceLedger, type RecordedChange } from './evidence-ledger.ts'
import { type CheckedObjects, EvidenceObjects } from './evidence-objects.ts'

/** What became of all that a hash stands for. */
export interface EvidenceReport {
  /** `unknown`: the chain of this archive never had the hash. */
  readonly verdict: 'proven' | 'broken' | 'unknown'
  readonly since: string
  /** The entry whose hash it is. */
  readonly mark: Pick<ChainEntry, 'number' | 'generation' | 'micros'> | undefined
  /** Newest entry now, and its hash. */
  readonly entries: number
  readonly head: string
  /** What was replaced, changed or dropped and not recorded. */
  readonly broken: readonly string[]
  /** Prunes, erasures, copies left out and settings since then. */
  readonly recorded: readonly RecordedChange[]
  /** Found as it was recorded. */
  readonly checked: CheckedObjects
  readonly newEvents: number
  /** Jobs that wrote older events anew: that these are the same is proven by their counts only. */
  readonly merges: number
}

/**
 * Proves that nothing older than the moment of this hash was changed or dropped but by prunes and
 * erasures of which the chain tells (docs/evidence.md). Reads every bucket that holds something
 * older once. Throws `invalid` for what is no hash, `missing` when there is no archive.
 */
export async function verifySince(
  { store, settings }: Pick<Workplace, 'store' | 'settings'>,
  hash: string,
  signal?: AbortSignal,
): Promise<EvidenceReport> {
  const since = hash.trim().toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(since)) {
    throw new ArchiveError('invalid', `${hash} is no hash: expected 64 digits that attest printed`)
  }
  const objects = new EvidenceObjects(store)
  for (let attempt = 0; ; attempt++) {
    const { catalog, etag } = await loadCatalog(store)
    if (etag === undefined) throw new ArchiveError('missing', 'there is no catalog to follow')
    const ledger = new EvidenceLedger(since)
    const unread = await followChain(store, catalog, ledger)
    const isWhole = !unread && ledger.replay.faults.length === 0
    if (isWhole && ledger.mark) await objects.check(catalog, ledger.lineages, signal)
    // What is gone may have been replaced since the catalog was read: then there is a newer one.
    const isGone = objects.isAnyGone || unread?.code === 'missing'
    if (isGone && attempt < settings.readRestartsMax) {
      if ((await loadCatalog(store)).etag !== etag) continue
    }
    return reportOf(catalog, ledger, unread, objects)
  }
}

/** Applies all entries; a segment that cannot be read ends it. */
async function followChain(
  store: Store,
  catalog: Catalog,
  ledger: EvidenceLedger,
): Promise<ArchiveError | undefined> {
  try {
    for await (const entry of walkChain(store, catalog.chain)) ledger.apply(entry)
    return undefined
  } catch (fault) {
    const isDamage = fault instanceof ArchiveError && ['corrupt', 'missing'].includes(fault.code)
    if (isDamage) return fault
    throw fault
  }
}

function reportOf(
  catalog: Catalog,
  ledger: EvidenceLedger,
  unread: ArchiveError | undefined,
  objects: EvidenceObjects,
): EvidenceReport {
  const { mark, recorded, newEvents, merges } = ledger
  const broken = unread
    ? [`the chain cannot be followed: ${unread.message}`]
    : [...ledger.chainFaults(catalog), ...objects.faults]
  const verdict = broken.length > 0 ? 'broken' : mark ? 'proven' : 'unknown'
  return {
    verdict,
    since: ledger.since,
    mark: mark && { number: mark.number, generation: mark.generation, micros: mark.micros },
    entries: catalog.chain.length,
    head: catalog.chain.head,
    broken,
    recorded,
    checked: objects.checked,
    newEvents,
    merges,
  }
}
