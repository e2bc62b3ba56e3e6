import { commit } from '../../lib/catalog/commit.ts'
import { loadCatalog } from '../../lib/catalog/load.ts'
import type { Policy } from '../../lib/core/policy.ts'
import { Appender } from '../../lib/write/appender.ts'
import { lineOrder, parseLine } from './bucket-lines.ts'
import type { TestPlace } from './workplace.ts'

/** Appends these lines as one batch; its tail key. */
export async function appendBatch(place: TestPlace, lines: readonly string[]): Promise<string> {
  const appender = new Appender(place, () => 0)
  const { batch } = await appender.append({ lines: Buffer.from(lines.join('\n')), strict: true })
  return batch!
}

export async function setPolicies(place: TestPlace, policies: readonly Policy[]): Promise<void> {
  await commit(place, catalog => ({
    next: { ...catalog, policies },
    landed: later => later.policies.length === policies.length,
  }))
}

export async function catalogOf(place: TestPlace) {
  return (await loadCatalog(place.store)).catalog
}

/** One line of each event: of those with one stream, time and @id the first. Sorted by bytes. */
export function distinct(lines: readonly string[]): string[] {
  const seen = new Set<string>()
  const kept = [...lines].sort(lineOrder).filter(line => {
    const { stream, time, id } = parseLine(line)
    const key = JSON.stringify([stream, time, id])
    return id === undefined || (!seen.has(key) && seen.add(key))
  })
  return kept.sort()
}
