import { type Archive, openArchive } from '../../lib/archive.ts'
import { systemClock } from '../../lib/core/clock.ts'
import { systemRandom } from '../../lib/core/random.ts'
import { openStore } from '../../lib/store/open-store.ts'

/** The archive under soak: claims of killed members are given up soon, ids are forgotten early. */
export async function openSoaked(url: string): Promise<Archive> {
  const store = await openStore(url, { clock: systemClock, random: systemRandom })
  const settings = { claimStaleMillis: 3_000, recentMax: 50, groupCommitMillis: 0 }
  return openArchive({ store, settings })
}
