import { isDeepStrictEqual } from 'node:util'
import { uploadOutput } from '../brigade/job.ts'
import type { RunIndexes } from '../brigade/run-indexer.ts'
import type { Run } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { loadCatalog } from '../catalog/load.ts'
import { objectsOfIndex } from '../catalog/references.ts'
import { ArchiveError } from '../core/errors.ts'
import { indexPrefix, jobOfRun, numberOfRun } from '../store/keys.ts'
import { listAll, type Store } from '../store/store.ts'
import { dissolveRollups } from './dissolve-rollups.ts'
import { indexRun, replaceIndexes } from './index-run.ts'
import type { IndexSizes, RebuildOptions, TellRepaired } from './rebuild-options.ts'

/** What became of indexes that were gone. */
export interface IndexRepair {
  /** Runs whose index or summary was made anew. */
  readonly indexedRuns: number
  /** Roll-ups that became runs again, until the brigade rolls them up. */
  readonly dissolvedRollups: number
  /** Runs that cannot be read whole: questions read what can be read of them. */
  readonly unreadable: readonly string[]
}

/**
 * Makes each index and summary anew that the catalog names and the store lacks, or has in another
 * size. An index that was made as it was gets its old name: no commit is needed. Roll-ups that lack
 * one become runs first.
 */
export async function repairIndexes(
  place: Workplace,
  options: RebuildOptions,
): Promise<IndexRepair> {
  const sizes = await sizesOfIndexes(place.store)
  const dissolvedRollups = await dissolveRollups(place, sizes, options)
  return { dissolvedRollups, ...(await repairRuns(place, sizes, options)) }
}

/** The same of the runs of the catalog alone. */
export async function repairRuns(
  place: Workplace,
  sizes: IndexSizes,
  options: RebuildOptions,
  tell: TellRepaired = () => {},
): Promise<Omit<IndexRepair, 'dissolvedRollups'>> {
  const { catalog } = await loadCatalog(place.store)
  const broken = catalog.runs.filter(run => isBroken(run, sizes))
  const unreadable: string[] = []
  let indexedRuns = 0
  for (const run of broken) {
    options.signal?.throwIfAborted()
    options.progress?.({ stage: 'indexes', done: indexedRuns, total: broken.length })
    if (!options.dryRun && !(await repairRun(place, run, sizes, unreadable))) continue
    indexedRuns++
    const keys = [...objectsOfIndex(run.index), run.summary].map(({ key }) => key)
    tell({ id: run.id, what: 'index and summary of the run made anew', keys })
  }
  return { indexedRuns, unreadable }
}

/** What lies under `index/`; what is known to be damaged has a size that it should not have. */
export async function sizesOfIndexes(
  store: Store,
  damaged: ReadonlySet<string> = new Set(),
): Promise<IndexSizes> {
  const sizes = new Map<string, number>()
  for await (const { key, sizeBytes } of listAll(store, indexPrefix))
    sizes.set(key, damaged.has(key) ? -1 : sizeBytes)
  return sizes
}

function isBroken({ index, summary }: Run, sizes: IndexSizes): boolean {
  return [index, summary].some(({ key, sizeBytes }) => sizes.get(key) !== sizeBytes)
}

/** False: the run was gone meanwhile, or cannot be read. */
async function repairRun(
  place: Workplace,
  run: Run,
  sizes: IndexSizes,
  unreadable: string[],
): Promise<boolean> {
  try {
    const made = await indexRun(place.store, run, jobOfRun(run.id), numberOfRun(run.id))
    if (!isAsBefore(run, made)) return await replaceIndexes(place, run)
    for (const { ref, bytes } of [made.index, made.summary]) {
      // One of another size lies there: a name never gets other bytes.
      if (sizes.has(ref.key) && sizes.get(ref.key) !== ref.sizeBytes) {
        return await replaceIndexes(place, run)
      }
      await uploadOutput(place, ref.key, bytes)
    }
    return true
  } catch (fault) {
    if (!(fault instanceof ArchiveError)) throw fault
    if (fault.code === 'corrupt') unreadable.push(run.id)
    else if (fault.code !== 'missing') throw fault
    return false
  }
}

function isAsBefore({ index, summary }: Run, made: RunIndexes): boolean {
  return isDeepStrictEqual([index, summary], [made.index.ref, made.summary.ref])
}
