import type { BrigadeReport } from '../../lib/brigade/member.ts'
import type { Catalog } from '../../lib/catalog/catalog.ts'
import { walkChain } from '../../lib/catalog/chain-segment.ts'
import type { Workplace } from '../../lib/catalog/commit.ts'
import { loadCatalog } from '../../lib/catalog/load.ts'
import { referencedKeys } from '../../lib/catalog/references.ts'
import { ChainReplay } from '../../lib/operate/chain-replay.ts'
import { verifyArchive } from '../../lib/operate/verify.ts'
import { outputPrefixes } from '../../lib/store/keys.ts'
import type { World } from './world.ts'

/** Whether a member found nothing to do. */
export function didNothing(report: BrigadeReport): boolean {
  const { damaged: _damaged, unprunedReasons: _reasons, ...done } = report
  return Object.values(done).every(some => some === 0 || (Array.isArray(some) && !some.length))
}

/**
 * What is left undone or broken in an archive whose brigade has come to rest: nothing in the tail,
 * no claim, no orphan, every referenced object there, nothing that a verification finds, and a
 * chain that tells how it came to be so.
 */
export async function leftovers(world: World, place: Workplace): Promise<string[]> {
  const { catalog } = await loadCatalog(place.store)
  const referenced = await referencedKeys(place.store, catalog)
  const outputs = outputPrefixes.flatMap(prefix => world.keys(prefix))
  const tail = world.keys('tail/')
  const orphans = outputs.filter(key => !referenced.has(key))
  const missing = [...referenced].filter(key => !world.object(key))
  const all = await Array.fromAsync(verifyArchive(place))
  // A world may hold backups and other archives beside this one.
  const findings = all.filter(({ kind }) => kind !== 'foreign')
  return [
    ...findings.map(({ kind, object, reason }) => `verify: ${kind} ${object}: ${reason}`),
    ...(await chainFaults(place, catalog)),
    ...missing.map(key => `I8 ${key} is referenced but gone`),
    ...(tail.length > 0 ? [`${tail.length} tail objects are left`] : []),
    ...(catalog.masks.length > 0 ? [`${catalog.masks.length} masks are left`] : []),
    ...(catalog.claims.length > 0 ? [`${catalog.claims.length} claims are left`] : []),
    ...(orphans.length > 0 ? [`${orphans.length} orphans are left, as ${orphans[0]}`] : []),
  ]
}

/** I9: what the chain says and what the catalog holds. */
export async function chainFaults({ store }: Workplace, catalog: Catalog): Promise<string[]> {
  const replay = new ChainReplay()
  for await (const entry of walkChain(store, catalog.chain)) replay.apply(entry)
  return [...replay.faults, ...replay.compare(catalog)].map(fault => `I9 ${fault}`)
}
