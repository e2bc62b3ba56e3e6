import { type Clock, systemClock } from '../lib/core/clock.ts'
import { type Random, systemRandom } from '../lib/core/random.ts'
import { openStore } from '../lib/store/open-store.ts'
import type { Store } from '../lib/store/store.ts'

/** What is outside of an archive. */
interface Outside {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
}

/**
 * Gives the archive that `VARVE_STORE` names, opened by the first call of a process and kept for
 * the next ones, with all it has cached. After a failure the next call tries again.
 */
export function archiveOfProcess<Opened>(
  open: (outside: Outside) => Promise<Opened>,
): () => Promise<Opened> {
  let opened: Promise<Opened> | undefined
  return () => {
    opened ??= outsideOfProcess()
      .then(open)
      .catch(error => {
        opened = undefined
        throw error
      })
    return opened
  }
}

async function outsideOfProcess(): Promise<Outside> {
  const url = process.env.VARVE_STORE
  if (!url) throw new Error('VARVE_STORE is not set, expected the URL of a store')
  const outside = { clock: systemClock, random: systemRandom }
  return { store: await openStore(url, outside), ...outside }
}
