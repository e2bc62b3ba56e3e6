import { hourMicros, rollupWidths } from '../../lib/brigade/periods.ts'
import type { Rollup, Run } from '../../lib/catalog/catalog.ts'
import { loadCatalog } from '../../lib/catalog/load.ts'
import { loadManifest } from '../../lib/catalog/manifest.ts'
import type { Store } from '../../lib/store/store.ts'

/** What an archive is made of in the end. */
export interface Outcome {
  readonly runs: number
  readonly rollups: number
  readonly buckets: number
  /** Of all stored bytes, those in buckets of at least half of the policy's size. */
  readonly inHalfFullBuckets: number
  /** The bucket in which the middle byte lies, as a part of the policy's size. */
  readonly middleBucket: number
  /** Raw bytes, as often as a roll-up into a wider period is still to come for them. */
  readonly unmergedBytes: number
}

export async function outcomeOf(store: Store): Promise<Outcome> {
  const { catalog } = await loadCatalog(store)
  const manifests = catalog.rollups.flatMap(rollup => rollup.manifests)
  const rolled = await Promise.all(manifests.map(ref => loadManifest(store, ref)))
  const buckets = [...catalog.runs, ...rolled.flat()].flatMap(run => run.buckets)
  const full = catalog.policies[0]!.bucketSizeBytes
  const sizes = buckets.map(bucket => bucket.sizeBytes).sort((a, b) => a - b)
  const sum = sizes.reduce((total, size) => total + size, 0)
  const inHalfFull = sizes.filter(size => size >= full / 2).reduce((total, size) => total + size, 0)
  let before = 0
  const middle = sizes.find(size => {
    before += size
    return before >= sum / 2
  })
  const unmergedBytes =
    catalog.runs.reduce((sum, run) => sum + rawBytesOf(run) * rollupWidths.length, 0) +
    catalog.rollups.reduce((sum, rollup) => sum + rollup.rawBytes * widerThan(rollup), 0)
  return {
    runs: catalog.runs.length,
    rollups: catalog.rollups.length,
    buckets: buckets.length,
    inHalfFullBuckets: inHalfFull / sum,
    middleBucket: (middle ?? 0) / full,
    unmergedBytes,
  }
}

function rawBytesOf({ buckets }: Run): number {
  return buckets.reduce((sum, bucket) => sum + bucket.rawBytes, 0)
}

function widerThan({ startMicros, endMicros }: Rollup): number {
  const hour = Math.floor(startMicros / hourMicros)
  return rollupWidths.filter(periodOf => periodOf(hour).endMicros > endMicros).length
}
