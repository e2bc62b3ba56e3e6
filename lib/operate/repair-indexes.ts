import { isDeepStrictEqual } from 'node:util'
import { uploadOutput } from '../brigade/job.ts'
import type { RunIndexes } from '../brigade/run-indexer.ts'
import type { Run } from '../catalog/catalog.ts'
import type { Workplace } from '../catalog/commit.ts'
import { loadCatalog } from '../catalog/load.ts'
import { ArchiveError } from '../core/errors.ts'
import { indexPrefix, jobOfRun, numberOfRun } from '../store/keys.ts'
import { listAll, type Store } from '../store/store.ts'
import { dissolveRollups } from './dissolve-rollups.ts'
import { indexRun, replaceIndexes } from './index-run.ts'
import type { RebuildOptions } from './rebuild-options.ts'

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
  const { catalog } = await loadCatalog(place.store)
  const broken = catalog.runs.filter(run => isBroken(run, sizes))
  const unreadable: string[] = []
  let indexedRuns = 0
  for (const run of broken) {
    options.signal?.throwIfAborted()
    options.progress?.({ stage: 'indexes', done: indexedRuns, total: broken.length })
    if (options.dryRun || (await repairRun(place, run, sizes, unreadable))) indexedRuns++
  }
  return { indexedRuns, dissolvedRollups, unreadable }
}

async function sizesOfIndexes(store: Store): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>()
  for await (const { key, sizeBytes } of listAll(store, indexPrefix)) sizes.set(key, sizeBytes)
  return sizes
}

function isBroken({ index, summary }: Run, sizes: ReadonlyMap<string, number>): boolean {
  return [index, summary].some(({ key, sizeBytes }) => sizes.get(key) !== sizeBytes)
}

/** False: the run was gone meanwhile, or cannot be read. */
async function repairRun(
  place: Workplace,
  run: Run,
  sizes: ReadonlyMap<string, number>,
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
