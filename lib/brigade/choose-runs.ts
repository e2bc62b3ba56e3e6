import type { Catalog, Run } from '../catalog/catalog.ts'
import { holds } from '../core/rules.ts'
import type { Settings } from '../core/settings.ts'
import { claimedInputs } from './job.ts'

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
 * Runs worth merging: within one policy and period, from the smallest on that has enough company,
 * as long as the next is at most twice as large as all before together. So every byte is rewritten
 * a logarithmic number of times.
 */
export function worthMerging(
  runs: readonly Run[],
  settings: Settings,
  nowMicros: number,
): Run[] | undefined {
  const groups = new Map<string, Run[]>()
  for (const run of runs) {
    if (run.isFull) continue
    const key = `${run.policy} ${run.startMicros} ${run.endMicros}`
    const group = groups.get(key)
    if (group) group.push(run)
    else groups.set(key, [run])
  }
  for (const group of groups.values()) {
    const runsMin = group[0]!.endMicros < nowMicros ? closedRunsMin : settings.compactRunsMin
    const chosen = similarRuns(group, runsMin, settings.compactRunsMax)
    if (chosen) return chosen
  }
  return undefined
}

function similarRuns(group: readonly Run[], runsMin: number, runsMax: number): Run[] | undefined {
  const bySize = [...group].sort((a, b) => sizeOf(a) - sizeOf(b))
  let sumBytes = 0
  let chosen: Run[] = []
  for (const run of bySize) {
    if (chosen.length > 0 && sizeOf(run) > 2 * sumBytes) {
      if (chosen.length >= runsMin) break
      // Too few small ones: they wait for more of their kind, the larger ones need not.
      chosen = []
      sumBytes = 0
    }
    if (chosen.length >= runsMax) break
    sumBytes += sizeOf(run)
    chosen.push(run)
  }
  return chosen.length >= runsMin ? chosen : undefined
}

export function sizeOf(run: Run): number {
  return run.buckets.reduce((sum, bucket) => sum + bucket.sizeBytes, 0)
}
