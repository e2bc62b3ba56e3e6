import type { BucketRef } from '../catalog/catalog.ts'
import type { RolledRun } from '../catalog/manifest.ts'
import { groupOf } from '../store/keys.ts'

/**
 * Whether no event can lie in two of these runs: none has an `@id`, or they are apart in time or
 * streams, or one job merged them. May be wrong only by saying no.
 */
export function areDistinct(runs: readonly RolledRun[]): boolean {
  const holders = runs
    .flatMap(run => run.buckets.map(bucket => ({ ...bucket, job: groupOf(run) })))
    .filter(bucket => bucket.idCount > 0)
    .sort((a, b) => a.firstMicros - b.firstMicros)
  // Those before the one at hand that do not end before it begins.
  let near: typeof holders = []
  for (const bucket of holders) {
    near = near.filter(other => other.lastMicros >= bucket.firstMicros)
    if (near.some(other => other.job !== bucket.job && shareStreams(other, bucket))) return false
    near.push(bucket)
  }
  return true
}

function shareStreams(a: BucketRef, b: BucketRef): boolean {
  return a.firstStream <= b.lastStream && b.firstStream <= a.lastStream
}
