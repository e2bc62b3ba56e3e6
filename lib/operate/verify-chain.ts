import { walkChain } from '../catalog/chain-segment.ts'
import { loadCatalog } from '../catalog/load.ts'
import { ArchiveError } from '../core/errors.ts'
import { catalogKey } from '../store/keys.ts'
import { ChainReplay } from './chain-replay.ts'
import type { Finding } from './finding.ts'
import type { Inspection } from './inspection.ts'

/**
 * Whether every entry of the chain follows from the one before, and the catalog is what they say
 * together (PROTOCOL H). That entries were not all written anew is only known by a hash that was
 * kept elsewhere (`evidence.ts`).
 */
export async function* verifyChain({ place }: Inspection): AsyncGenerator<Finding> {
  const { store, settings } = place
  for (let attempt = 0; ; attempt++) {
    const { catalog, etag } = await loadCatalog(store)
    const replay = new ChainReplay()
    try {
      for await (const entry of walkChain(store, catalog.chain)) replay.apply(entry)
    } catch (fault) {
      if (!(fault instanceof ArchiveError)) throw fault
      // A segment that is gone may stand in another by now; what is missing is named elsewhere.
      const isNewer = (await loadCatalog(store)).etag !== etag
      if (fault.code === 'missing' && isNewer && attempt < settings.readRestartsMax) continue
      if (fault.code === 'missing') return
      if (fault.code !== 'corrupt') throw fault
      yield { kind: 'damaged', object: catalogKey, reason: fault.message, remedy: 'none' }
      return
    }
    for (const reason of faultsOf(replay, catalog)) {
      yield { kind: 'contradiction', object: catalogKey, reason, remedy: 'none' }
    }
    return
  }
}

function faultsOf(replay: ChainReplay, catalog: Parameters<ChainReplay['compare']>[0]): string[] {
  return replay.faults.length > 0 ? replay.faults.slice(0, 1) : replay.compare(catalog)
}
