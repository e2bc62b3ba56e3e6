import type { Archive } from '../../lib/archive.ts'
import type { Erased } from './erasures.ts'

/**
 * Reads everything and tells which acknowledged event is missing, which is there twice and which is
 * there though it was erased before. `laterErased` tells, when the read is over, what may have
 * been erased meanwhile.
 */
export async function faultsOfRead(
  archive: Archive,
  acked: readonly string[],
  erased: Erased,
  laterErased: () => Erased = () => erased,
): Promise<{ readonly faults: string[]; readonly names: ReadonlySet<string> }> {
  const seen = new Set<string>()
  const faults: string[] = []
  const hits = archive.search({ order: 'asc' })
  for await (const hit of hits) {
    const { name } = JSON.parse(hit.line.toString())
    if (seen.has(name)) faults.push(`${name} twice`)
    if (erased.surely.has(name)) faults.push(`${name} was erased`)
    seen.add(name)
  }
  for (const damage of hits.end().damage) faults.push(`damage: ${damage.object} ${damage.reason}`)
  const { perhaps } = laterErased()
  for (const name of acked) {
    if (!seen.has(name) && !perhaps.has(name)) faults.push(`${name} missing`)
  }
  return { faults, names: seen }
}
