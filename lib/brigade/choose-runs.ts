import type { Catalog, Run } from '../catalog/catalog.ts'
import { holds } from '../core/rules.ts'
import type { Settings } from '../core/settings.ts'
import { claimedInputs } from './job.ts'
import { hourMicros } from './periods.ts'

/** Runs merged in a period that still grows; in one that is over, two are reason enough. */
const closedRunsMin = 2

/** Runs of one policy and period that are worth merging, and that no job works on; or none. */
export function chooseRuns(
  catalog: Catalog,
  settings: Settings,
  nowMicros: number,
  damaged: ReadonlySet<string>,
): Run[] {
  const claimed = holds('claims-exclusive') ? claimedInputs(catalog) : new Set()
  const free = catalog.runs.filter(run => !claimed.has(run.id) && !damaged.has(run.id))
  return worthMerging(free, settings, nowMicros) ?? []
}

/**
 * Runs worth merging: of one policy and period, and of similar size. In an hour, the narrowest
 * period, runs that are no longer small are left as they are: it will be rolled up, which merges
 * their indexes without their data.
 */
export function worthMerging(
  runs: readonly Run[],
  settings: Settings,
  nowMicros: number,
): Run[] | undefined {
  const groups = new Map<string, Run[]>()
  for (const run of runs) {
    if (run.isFull) continue
    const isNarrow = run.endMicros - run.startMicros <= hourMicros
    if (isNarrow && sizeOf(run) >= settings.compactHourBytesMax) continue
    const key = `${run.policy} ${run.startMicros} ${run.endMicros}`
    const group = groups.get(key)
    if (group) group.push(run)
    else groups.set(key, [run])
  }
  for (const group of groups.values()) {
    const runsMin = group[0]!.endMicros < nowMicros ? closedRunsMin : settings.compactRunsMin
    const chosen = similarOf(group, sizeOf, runsMin, settings.compactRunsMax)
    if (chosen) return chosen
  }
  return undefined
}

/**
 * Items to be merged, from the smallest on that has enough company, as long as the next is at most
 * twice as large as all before together. So every byte is rewritten a logarithmic number of times.
 */
export function similarOf<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  countMin: number,
  countMax: number,
): Item[] | undefined {
  const bySize = [...items].sort((a, b) => sizeOf(a) - sizeOf(b))
  let sumBytes = 0
  let chosen: Item[] = []
  for (const item of bySize) {
    if (chosen.length > 0 && sizeOf(item) > 2 * sumBytes) {
      if (chosen.length >= countMin) break
      // Too few small ones: they wait for more of their kind, the larger ones need not.
      chosen = []
      sumBytes = 0
    }
    if (chosen.length >= countMax) break
    sumBytes += sizeOf(item)
    chosen.push(item)
  }
  return chosen.length >= countMin ? chosen : undefined
}

export function sizeOf(run: Run): number {
  return run.buckets.reduce((sum, bucket) => sum + bucket.sizeBytes, 0)
}
