import { type Archive, openArchive } from '../lib/archive.ts'
import { systemClock } from '../lib/core/clock.ts'
import { systemRandom } from '../lib/core/random.ts'
import { openStore } from '../lib/store/open-store.ts'

let opened: Promise<Archive> | undefined

/**
 * The archive that `VARVE_STORE` names, opened by the first call of a process and kept for the next
 * ones, with all it has cached. After a failure the next call tries again.
 */
export function archiveOfProcess(): Promise<Archive> {
  opened ??= open().catch(error => {
    opened = undefined
    throw error
  })
  return opened
}

async function open(): Promise<Archive> {
  const url = process.env.VARVE_STORE
  if (!url) throw new Error('VARVE_STORE is not set, expected the URL of a store')
  const outside = { clock: systemClock, random: systemRandom }
  return openArchive({ store: await openStore(url, outside), ...outside })
}
