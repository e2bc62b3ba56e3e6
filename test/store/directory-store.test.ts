import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../lib/core/clock.ts'
import { systemRandom } from '../../lib/core/random.ts'
import { DirectoryStore } from '../../lib/store/directory-store.ts'
import { conformance } from './conformance.ts'

conformance('directory', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'varve-store-'))
  const store = new DirectoryStore(directory, { clock: systemClock, random: systemRandom })
  return { store, close: () => rm(directory, { recursive: true }) }
})
