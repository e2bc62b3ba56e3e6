import type { Catalog, Rollup } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { loadManifest, type RolledRun } from '../catalog/manifest.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import type { Store } from '../store/store.ts'
import {
  chooseRollup,
  framesOfPart,
  isRun,
  type RollupChoice,
  type RollupPart,
} from './choose-rollup.ts'
import { cancelJob, claimJob, finishJob, type Job } from './job.ts'
import { ManifestWriter } from './manifest-writer.ts'
import { mergeIndexes } from './merge-indexes.ts'

/**
 * One roll-up (PROTOCOL U): runs and roll-ups of one policy and one period that is over become one
 * entry of the catalog. No bucket is written again. Returns how many they were; 0: lost to another
 * member; `undefined`: nothing to do. `damaged` collects ids of roll-ups that cannot be read.
 */
export async function rollUp(place: Workplace, damaged: Set<string>): Promise<number | undefined> {
  let choice: RollupChoice | undefined
  const nowMicros = place.clock.nowMicros()
  const job = await claimJob(place, 'roll-up', catalog => {
    choice = chooseRollup(catalog, place.settings, nowMicros, damaged)
    return choice?.parts.map(part => part.id)
  })
  if (!job || !choice) return undefined
  try {
    const rollup = await makeRollup(place, job, choice, damaged)
    const applied = await finishJob(place, job, catalog => withRollup(catalog, job, rollup))
    return applied ? choice.parts.length : 0
  } catch (fault) {
    if (!(fault instanceof ArchiveError) || !['corrupt', 'missing'].includes(fault.code))
      throw fault
    await cancelJob(place, job)
    // A damaged index names no part: then none of them is tried again.
    const isNamed = fault.code !== 'corrupt' || job.inputs.some(id => damaged.has(id))
    if (!isNamed) for (const id of job.inputs) damaged.add(id)
    return 0
  }
}

/** Uploads the outputs of the job; the roll-up, as the catalog will hold it. */
export async function makeRollup(
  place: Workplace,
  job: Job,
  { policy, domain, period, parts, isFinal }: RollupChoice,
  damaged: Set<string>,
): Promise<Rollup> {
  const writer = new ManifestWriter(place, job)
  for (const part of parts) {
    for await (const runs of runsOf(place.store, part, damaged)) await writer.add(runs)
  }
  const content = await writer.finish()
  const indexed = parts.map(part => ({ index: part.index, frameCount: framesOfPart(part) }))
  const index = await mergeIndexes(place, job, indexed, isFinal)
  const maskSeq = parts.reduce((least, part) => Math.min(least, part.maskSeq), Infinity)
  return { id: `${job.id}/0`, policy, domain, ...period, ...content, index, maskSeq }
}

/** The runs of a part, as they were listed together. */
async function* runsOf(
  store: Store,
  part: RollupPart,
  damaged: Set<string>,
): AsyncGenerator<readonly RolledRun[]> {
  if (isRun(part)) {
    const { policy: _p, domain: _d, cut: _c, isFull: _f, index: _i, ...run } = part
    yield [run]
    return
  }
  try {
    for (const ref of part.manifests) yield await loadManifest(store, ref)
  } catch (fault) {
    if (fault instanceof ArchiveError && fault.code === 'corrupt') damaged.add(part.id)
    throw fault
  }
}

function withRollup(catalog: Catalog, job: Job, rollup: Rollup): Catalog | undefined {
  const inputs = new Set(job.inputs)
  const isInput = ({ id }: { readonly id: string }) => inputs.has(id)
  const present = [...catalog.runs, ...catalog.rollups].filter(isInput)
  if (present.length < inputs.size && holds('commit-needs-inputs')) return undefined
  return {
    ...catalog,
    runs: catalog.runs.filter(run => !isInput(run)),
    rollups: [...catalog.rollups.filter(each => !isInput(each)), rollup],
  }
}
