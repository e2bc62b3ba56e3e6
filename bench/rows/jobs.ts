import { openArchive } from '../../lib/archive.ts'
import { fold } from '../../lib/brigade/fold.ts'
import { rollUp } from '../../lib/brigade/roll-up.ts'
import { loadCatalog } from '../../lib/catalog/load.ts'
import { setPolicies } from '../../lib/catalog/set-policies.ts'
import { logPolicy } from '../../lib/core/policy.ts'
import { systemRandom } from '../../lib/core/random.ts'
import { settingsWith } from '../../lib/core/settings.ts'
import { MemoryStore } from '../../lib/store/memory-store.ts'
import type { Figure } from '../figure.ts'
import { mixtureBlocks, mixtureStartMicros, timeFields } from '../hour/mixture.ts'
import { cpuSeconds } from '../measure.ts'

/** A minute of 1 TB a day of one of 16 writers. */
const batchBytes = (1e12 / 86400 / 16) * 60
const hourMicros = 3600e6

/**
 * J1: CPU of the jobs that every event goes through, by raw bytes: a fold, and one roll-up. What
 * the simulated day (`npm run day`) charges its members with.
 */
export async function measureJobs(sizeBytes: number): Promise<Figure[]> {
  let nowMicros = mixtureStartMicros + hourMicros
  const clock = {
    nowMicros: () => nowMicros,
    sleep: async (millis: number) => {
      nowMicros += millis * 1000
    },
  }
  const settings = settingsWith({ groupCommitMillis: 0 })
  const place = { store: new MemoryStore(clock), clock, random: systemRandom, settings }
  // So that an hour is a period, as it is when there is more of it.
  await setPolicies(place, [{ ...logPolicy, bucketSizeBytes: 1 * 2 ** 20 }])
  await fillTail(place, sizeBytes)
  const fold1 = await repeated(() => fold(place, new Set()))
  nowMicros += 3 * hourMicros
  const rollup = await repeated(() => rollUp(place, new Set()))
  const { rollups } = (await loadCatalog(place.store)).catalog
  const gigabytes = rollups.reduce((sum, { rawBytes }) => sum + rawBytes, 0) / 1e9
  return [
    figureOf('fold', fold1.seconds / gigabytes, fold1.count),
    figureOf('one roll-up', rollup.seconds / gigabytes, rollup.count),
  ]
}

async function fillTail(
  place: Parameters<typeof openArchive>[0],
  sizeBytes: number,
): Promise<void> {
  const archive = await openArchive(place)
  let held: Buffer[] = []
  let heldBytes = 0
  const send = async () => {
    if (heldBytes > 0) await archive.append({ lines: Buffer.concat(held), timeFields })
    held = []
    heldBytes = 0
  }
  for (const { lines } of mixtureBlocks(sizeBytes)) {
    held.push(lines)
    heldBytes += lines.length
    if (heldBytes >= batchBytes) await send()
  }
  await send()
  await archive.close()
}

async function repeated(
  job: () => Promise<unknown>,
): Promise<{ readonly seconds: number; readonly count: number }> {
  let [seconds, count] = [0, 0]
  for (let isDone = false; !isDone; ) {
    const took = await cpuSeconds(async () => {
      isDone = (await job()) === undefined
    })
    if (!isDone) {
      seconds += took
      count++
    }
  }
  return { seconds, count }
}

function figureOf(job: string, value: number, jobs: number): Figure {
  return {
    id: 'J1',
    figure: `core-seconds of a raw GB: ${job}`,
    value,
    unit: 's/GB',
    peers: { jobs },
  }
}
