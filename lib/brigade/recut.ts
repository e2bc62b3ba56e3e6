import type { Run } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { type Policy, policyOf } from '../core/policy.ts'
import { chooseRecut, labelNow } from './choose-recut.ts'
import { sizeOf } from './choose-runs.ts'
import { mergeRuns, unlessDamaged } from './compact.ts'
import { rawBytesPerBucketByte } from './fold.ts'
import { claimJob, finishJob, type Job } from './job.ts'
import { choosePeriods, hourMicros, type Period } from './periods.ts'
import { readDirectory } from './run-frames.ts'

/**
 * Cuts runs anew that were shaped by other policies than those of now, or half of which is pruned
 * (PROTOCOL L), newest first, until `recutBytesMax` are done. Returns how many runs were.
 */
export async function recut(
  place: Workplace,
  damaged: Set<string>,
  signal?: AbortSignal,
): Promise<number> {
  let runCount = 0
  let sizeBytes = 0
  while (!signal?.aborted && sizeBytes < place.settings.recutBytesMax) {
    const run = await recutOne(place, damaged)
    if (!run) break
    runCount++
    sizeBytes += sizeOf(run)
  }
  return runCount
}

/** The run that was chosen, whatever became of it; `undefined`: there is none. */
async function recutOne(place: Workplace, damaged: Set<string>): Promise<Run | undefined> {
  let run: Run | undefined
  const job = await claimJob(place, 'recut', catalog => {
    run = chooseRecut(catalog, damaged)
    return run && [run.id]
  })
  if (!job || !run) return undefined
  const chosen = run
  await unlessDamaged(place, job, [chosen], damaged, async () => {
    if (await isOnlyLabelledOtherwise(place, job, chosen)) {
      return await labelAnew(place, job, chosen)
    }
    return await mergeRuns(place, job, [chosen], periodsFor(chosen), damaged)
  })
  return run
}

async function labelAnew(place: Workplace, job: Job, run: Run): Promise<boolean> {
  const label = labelNow(run, job.catalog.policies)
  return await finishJob(place, job, catalog => {
    const runs = catalog.runs.map(each => (each.id === run.id ? { ...each, ...label } : each))
    return { ...catalog, runs }
  })
}

/** Whether it lies as it should and only the policies around its own have changed. */
async function isOnlyLabelledOtherwise(
  { store }: Workplace,
  { catalog }: Job,
  run: Run,
): Promise<boolean> {
  const label = labelNow(run, catalog.policies)
  if (label?.cut !== run.cut || label.domain === run.domain) return false
  for (const bucket of run.buckets) {
    const { streams } = await readDirectory(store, bucket)
    const isOther = (stream: string) => policyOf(stream, catalog.policies).pattern !== run.policy
    if (streams.some(({ stream }) => isOther(stream))) return false
  }
  return true
}

/** Parts of the run's own period as narrow as a policy wants them; never a wider one. */
function periodsFor(run: Run): (policy: Policy) => readonly Period[] {
  const sizes = new Map<number, number>()
  for (const { firstMicros, lastMicros, rawBytes } of run.buckets) {
    const first = Math.floor(firstMicros / hourMicros)
    const count = Math.floor(lastMicros / hourMicros) - first + 1
    for (let hour = first; hour < first + count; hour++) {
      sizes.set(hour, (sizes.get(hour) ?? 0) + rawBytes / count)
    }
  }
  const { startMicros, endMicros } = run
  const known = new Map<string, readonly Period[]>()
  return ({ pattern, bucketSizeBytes, periodMicros }) => {
    const found = known.get(pattern)
    if (found) return found
    const wantedBytes = bucketSizeBytes * rawBytesPerBucketByte
    const periods = choosePeriods(sizes, wantedBytes, periodMicros)
    const isInside = periods.every(
      each => each.startMicros >= startMicros && each.endMicros <= endMicros,
    )
    known.set(pattern, isInside ? periods : [{ startMicros, endMicros }])
    return known.get(pattern)!
  }
}
