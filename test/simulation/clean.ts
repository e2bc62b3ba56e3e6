import type { Workplace } from '../../lib/catalog/commit.ts'
import { loadCatalog } from '../../lib/catalog/load.ts'
import { referencedKeys } from '../../lib/catalog/references.ts'
import { outputPrefixes } from '../../lib/store/keys.ts'
import type { World } from './world.ts'

/**
 * What is left undone or broken in an archive whose brigade has come to rest: nothing in the tail,
 * no claim, no orphan, and every referenced object there.
 */
export async function leftovers(world: World, place: Workplace): Promise<string[]> {
  const { catalog } = await loadCatalog(place.store)
  const referenced = await referencedKeys(place.store, catalog)
  const outputs = outputPrefixes.flatMap(prefix => world.keys(prefix))
  const tail = world.keys('tail/')
  const orphans = outputs.filter(key => !referenced.has(key))
  const missing = [...referenced].filter(key => !world.object(key))
  return [
    ...missing.map(key => `I8 ${key} is referenced but gone`),
    ...(tail.length > 0 ? [`${tail.length} tail objects are left`] : []),
    ...(catalog.claims.length > 0 ? [`${catalog.claims.length} claims are left`] : []),
    ...(orphans.length > 0 ? [`${orphans.length} orphans are left, as ${orphans[0]}`] : []),
  ]
}
