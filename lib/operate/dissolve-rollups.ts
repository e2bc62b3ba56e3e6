import type { Catalog, Rollup, Run } from '../catalog/catalog.ts'
import { commit, type Workplace } from '../catalog/commit.ts'
import { loadCatalog } from '../catalog/load.ts'
import { loadManifest, type RolledRun } from '../catalog/manifest.ts'
import { loadRecord } from '../catalog/record.ts'
import { objectsOfRollup } from '../catalog/references.ts'
import { ArchiveError } from '../core/errors.ts'
import { indexPartKey, jobOfRun } from '../store/keys.ts'
import type { Store } from '../store/store.ts'
import type { IndexSizes, RebuildOptions, TellRepaired } from './rebuild-options.ts'
import { surveyBuckets } from './survey.ts'

const attemptsMax = 10

/**
 * Turns roll-ups that lack an index, a summary or a manifest into the runs that they were made of,
 * as records have them. Returns how many. Throws `conflict` when the catalog changes all the time,
 * `corrupt` when runs cannot be found.
 */
export async function dissolveRollups(
  place: Workplace,
  sizes: IndexSizes,
  { dryRun }: RebuildOptions,
  tell: TellRepaired = () => {},
): Promise<number> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const { catalog } = await loadCatalog(place.store)
    const looks = await Promise.all(
      catalog.rollups.map(rollup => lookAt(place.store, rollup, sizes)),
    )
    const broken = looks.filter(look => look.isBroken)
    if (broken.length === 0 || dryRun) return broken.length
    const runs = await runsOf(place.store, catalog, looks)
    const gone = new Set(broken.map(look => look.rollup.id))
    const isGone = (later: Catalog) => !later.rollups.some(({ id }) => gone.has(id))
    const done = await commit(place, current => {
      if (current.generation !== catalog.generation) return undefined
      const rollups = current.rollups.filter(({ id }) => !gone.has(id))
      return { next: { ...current, rollups, runs: [...current.runs, ...runs] }, landed: isGone }
    })
    if (!done) continue
    for (const { rollup } of broken) {
      const keys = objectsOfRollup(rollup).map(({ key }) => key)
      tell({ id: rollup.id, what: 'roll-up dissolved into its runs', keys })
    }
    return broken.length
  }
  throw new ArchiveError('conflict', 'the catalog changes all the time: stop the brigade first')
}

interface Look {
  readonly rollup: Rollup
  readonly isBroken: boolean
  /** `undefined`: a manifest cannot be read. */
  readonly runs: readonly RolledRun[] | undefined
}

async function lookAt(store: Store, rollup: Rollup, sizes: IndexSizes): Promise<Look> {
  const runs = await listedRuns(store, rollup)
  const { key, sizeBytes, terms } = rollup.index
  const hasIndex =
    sizes.get(key) === sizeBytes &&
    Array.from({ length: 2 ** terms.partBits }, (_, part) => indexPartKey(key, part)).every(
      each => (sizes.get(each) ?? -1) >= 0,
    )
  const hasSummaries = runs?.every(({ summary }) => sizes.get(summary.key) === summary.sizeBytes)
  return { rollup, runs, isBroken: !hasIndex || !hasSummaries }
}

async function listedRuns(
  store: Store,
  { manifests }: Rollup,
): Promise<readonly RolledRun[] | undefined> {
  const runs: RolledRun[] = []
  try {
    for (const ref of manifests) runs.push(...(await loadManifest(store, ref)))
    return runs
  } catch (fault) {
    if (fault instanceof ArchiveError && ['corrupt', 'missing'].includes(fault.code))
      return undefined
    throw fault
  }
}

/** The runs of broken roll-ups. */
async function runsOf(store: Store, catalog: Catalog, looks: readonly Look[]): Promise<Run[]> {
  const runs: Run[] = []
  const unlisted = looks.filter(look => !look.runs).map(look => look.rollup)
  for (const { isBroken, rollup, runs: listed } of looks) {
    if (!isBroken) continue
    for (const run of listed ?? []) runs.push(await asRun(store, rollup, run))
  }
  if (unlisted.length === 0) return runs
  const known = new Set([
    ...catalog.runs.map(run => run.id),
    ...looks.flatMap(look => look.runs?.map(run => run.id) ?? []),
  ])
  const undone = [...catalog.claims, ...catalog.cancelled].map(({ jobId }) => jobId)
  const survey = await surveyBuckets(store, { undone })
  const found = survey.runs.filter(run => !known.has(run.id))
  const wanted = unlisted.reduce((sum, rollup) => sum + rollup.runCount, 0)
  if (found.length === wanted) return [...runs, ...found]
  const names = unlisted.map(({ id }) => id).join(', ')
  throw new ArchiveError(
    'corrupt',
    `manifests of ${names} are lost, and records tell of ${found.length} of ${wanted} runs: ` +
      'delete the catalog to rebuild it of what is left',
  )
}

/** What a manifest leaves out of a run stands in the record of its job. */
async function asRun(store: Store, { policy }: Rollup, rolled: RolledRun): Promise<Run> {
  const record = await loadRecord(store, jobOfRun(rolled.id))
  const run = record?.runs.find(({ id }) => id === rolled.id)
  if (run) return { ...run, ...rolled, policy }
  throw new ArchiveError('missing', `${rolled.id} is in no record of its job`)
}
