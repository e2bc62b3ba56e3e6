import { emptyCatalog } from '../catalog/catalog.ts'
import { Asking, type Library, withSnapshot } from './asking.ts'
import { hitOf } from './hit.ts'
import type { FollowQuestion, Hit, News } from './question.ts'
import { Reading } from './reading.ts'
import { type Scope, scopeOf } from './scope.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * What is appended from now on, as far as it matches: looks for new batches every
 * `followPollMillis` until the signal is aborted. The first news, of what is there already, has no
 * events. A batch that the brigade folds and sweeps between two looks is counted as missed.
 */
export async function* follow(
  library: Library,
  question: FollowQuestion,
): AsyncGenerator<News, void, void> {
  const scope = scopeOf(question)
  const { signal } = question
  let seen: ReadonlySet<string> | undefined
  while (!signal?.aborted) {
    const asking = new Asking(library, question)
    const known = seen
    const found = await withSnapshot(asking, async snapshot => {
      const identities = new Set(snapshot.listed.map(batch => batch.identity))
      for (const identity of snapshot.catalog.recent) identities.add(identity)
      const news = known && (await lookForNews(asking, snapshot, scope, known))
      return { identities, ...(news ?? { hits: [], missedBatches: 0, isAll: true }) }
    })
    seen = found.identities
    const { hits, missedBatches, isAll } = found
    yield { hits, missedBatches, ...asking.end(isAll) }
    try {
      await library.clock.sleep(library.settings.followPollMillis, signal)
    } catch (error) {
      if (!signal?.aborted) throw error
    }
  }
}

async function lookForNews(
  asking: Asking,
  snapshot: Snapshot,
  scope: Scope,
  seen: ReadonlySet<string>,
): Promise<{ hits: Hit[]; missedBatches: number; isAll: boolean }> {
  const { listed, catalog } = snapshot
  const { masks, horizons } = catalog
  const tail = listed.filter(batch => !seen.has(batch.identity))
  const present = new Set(tail.map(batch => batch.identity))
  const isMissed = (identity: string) => !seen.has(identity) && !present.has(identity)
  const missedBatches = catalog.recent.filter(isMissed).length
  const doubtful = snapshot.doubtful.filter(({ batch }) => !seen.has(batch.identity))
  const open = tail.filter(batch => !doubtful.some(each => each.batch === batch))
  const catalogNow = { ...emptyCatalog, masks, horizons }
  const fresh = { ...snapshot, catalog: catalogNow, doubtful, tail: open }
  const wanted = asking.settings.followEventsMax
  const reading = new Reading(asking, fresh, { scope, order: 'asc', wanted })
  const hits: Hit[] = []
  for await (const group of reading.events()) for (const found of group) hits.push(hitOf(found))
  return { hits, missedBatches, isAll: !reading.hasMore }
}
