import type { Catalog, Rollup } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { loadManifest, type RolledRun } from '../catalog/manifest.ts'
import { objectsOfRollup } from '../catalog/references.ts'
import { ArchiveError } from '../core/errors.ts'
import { holds } from '../core/rules.ts'
import type { Store } from '../store/store.ts'
import {
  chooseGaps,
  chooseRollup,
  chosenAgain,
  framesOfPart,
  isRun,
  isStale,
  type RollupChoice,
  type RollupPart,
} from './choose-rollup.ts'
import { copyIndex } from './copy-index.ts'
import { cancelJob, claimJob, finishJob, type Job, leaveJob, resumeRollup } from './job.ts'
import { ManifestWriter } from './manifest-writer.ts'
import { type IndexedFrames, mergeIndexes } from './merge-indexes.ts'
import { withReplaced } from './replaced.ts'

/**
 * One roll-up (PROTOCOL U): runs and roll-ups of one policy and one period that is over become one
 * entry of the catalog. No bucket is written again. Returns how many they were; 0: lost to another
 * member, or left for the next one because the signal was aborted; `undefined`: nothing to do.
 * `damaged` collects ids of roll-ups that cannot be read.
 */
export async function rollUp(
  place: Workplace,
  damaged: Set<string>,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const nowMicros = place.clock.nowMicros()
  const choose = (catalog: Catalog) =>
    chooseGaps(catalog, each => !isStale(each, catalog) && !damaged.has(each.id)) ??
    chooseRollup(catalog, place.settings, nowMicros, damaged)
  const begun = (await goOn(place)) ?? (await begin(place, choose))
  return begun && (await finish(place, begun, damaged, signal))
}

/**
 * Makes the index of a roll-up anew that runs have left (PROTOCOL E3): a roll-up of it alone.
 * Returns 1; 0: lost to another member, or left for the next one.
 */
export async function closeGaps(
  place: Workplace,
  id: string,
  damaged: Set<string>,
  signal?: AbortSignal,
): Promise<number> {
  const begun = await begin(place, catalog => chooseGaps(catalog, each => each.id === id))
  return begun ? await finish(place, begun, damaged, signal) : 0
}

async function finish(
  place: Workplace,
  { job, choice }: Begun,
  damaged: Set<string>,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (!choice) {
    await cancelJob(place, job)
    return 0
  }
  try {
    const rollup = await makeRollup(place, job, choice, damaged, signal)
    if (!rollup) {
      await leaveJob(place, job)
      return 0
    }
    const applied = await finishJob(place, job, catalog => withRollup(catalog, job, rollup))
    return applied ? choice.parts.length : 0
  } catch (fault) {
    if (!(fault instanceof ArchiveError) || !['corrupt', 'missing'].includes(fault.code))
      throw fault
    const wasClaimed = await cancelJob(place, job)
    // U2: what is gone while the claim stands was replaced by nobody. U3: what was begun otherwise
    // is begun anew.
    if (fault.code === 'missing' && (!wasClaimed || job.isResumed)) return 0
    // A damaged index names no part: then none of them is tried again.
    const isNamed = job.inputs.some(id => damaged.has(id))
    if (!isNamed) for (const id of job.inputs) damaged.add(id)
    return 0
  }
}

interface Begun {
  readonly job: Job
  /** `undefined`: it cannot be done any more. */
  readonly choice: RollupChoice | undefined
}

/** Whoever finds a roll-up that nobody works on goes on with it (PROTOCOL U3). */
async function goOn(place: Workplace): Promise<Begun | undefined> {
  const resumed = await resumeRollup(place)
  if (!resumed) return undefined
  const { job, target } = resumed
  return { job, choice: chosenAgain(job.catalog, job.inputs, target) }
}

async function begin(
  place: Workplace,
  choose: (catalog: Catalog) => RollupChoice | undefined,
): Promise<Begun | undefined> {
  let choice: RollupChoice | undefined
  const inputsOf = (catalog: Catalog) => {
    choice = choose(catalog)
    return choice?.parts.map(part => part.id)
  }
  const job = await claimJob(place, 'roll-up', inputsOf, () => {
    const { period, isFinal } = choice!
    return { rollup: { ...period, isFinal } }
  })
  return job && choice && { job, choice }
}

/**
 * Uploads the outputs of the job that are not there yet; the roll-up, as the catalog will hold it.
 * `undefined`: the signal was aborted before all were made.
 */
export async function makeRollup(
  place: Workplace,
  job: Job,
  { policy, domain, period, parts, isFinal }: RollupChoice,
  damaged: Set<string>,
  signal?: AbortSignal,
): Promise<Rollup | undefined> {
  const writer = new ManifestWriter(place, job)
  for (const part of parts) {
    for await (const runs of runsOf(place.store, part, damaged)) await writer.add(runs)
  }
  const content = await writer.finish()
  const [first] = parts
  const index =
    parts.length === 1 && !isRun(first!)
      ? await copyIndex(place, job, first!, signal)
      : await mergeIndexes(place, job, parts.map(indexedOf), isFinal, signal)
  if (!index) return undefined
  const maskSeq = parts.reduce((least, part) => Math.min(least, part.maskSeq), Infinity)
  return { id: `${job.id}/0`, policy, domain, ...period, ...content, index, maskSeq }
}

function indexedOf(part: RollupPart): IndexedFrames {
  return { index: part.index, frameCount: framesOfPart(part) }
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
  const applied = catalog.masks.filter(mask => mask.seq > rollup.maskSeq)
  const keys = catalog.rollups.filter(isInput).flatMap(objectsOfRollup)
  return {
    ...withReplaced(
      catalog,
      applied,
      keys.map(({ key }) => key),
    ),
    runs: catalog.runs.filter(run => !isInput(run)),
    rollups: [...catalog.rollups.filter(each => !isInput(each)), rollup],
  }
}
