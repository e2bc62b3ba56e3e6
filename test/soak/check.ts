import type { Archive } from '../../lib/archive.ts'

/**
 * Reads everything and tells which acknowledged event is missing and which event is there twice.
 */
export async function faultsOfRead(
  archive: Archive,
  acked: readonly string[],
): Promise<{ readonly faults: string[]; readonly eventCount: number }> {
  const seen = new Set<string>()
  const faults: string[] = []
  let eventCount = 0
  const hits = archive.search({ order: 'asc' })
  for await (const hit of hits) {
    const { name } = JSON.parse(hit.line.toString())
    if (seen.has(name)) faults.push(`${name} twice`)
    seen.add(name)
    eventCount++
  }
  for (const damage of hits.end().damage) faults.push(`damage: ${damage.object} ${damage.reason}`)
  for (const name of acked) if (!seen.has(name)) faults.push(`${name} missing`)
  return { faults, eventCount }
}
