/**
 * `npm run probe -- --store s3://BUCKET/PREFIX [--samples 200] > latency.json`: measures requests
 * to a store from where it runs. `npm run bench -- --latency latency.json` replays over them. The
 * keys lie under `probe/` and are deleted at the end.
 */
import { parseArgs } from 'node:util'
import { systemClock } from '../lib/core/clock.ts'
import { ArchiveError } from '../lib/core/errors.ts'
import { systemRandom } from '../lib/core/random.ts'
import { openStore } from '../lib/store/open-store.ts'
import { requestDollars } from '../lib/store/prices.ts'
import { measureLatency } from './probe/measure-latency.ts'

const samplesMax = 10_000

async function main(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: { store: { type: 'string' }, samples: { type: 'string', default: '200' } },
  })
  const url = values.store ?? process.env.VARVE_STORE
  if (!url) throw new ArchiveError('invalid', '--store is missing, for example s3://BUCKET/PREFIX')
  const samples = Number(values.samples)
  if (!Number.isInteger(samples) || samples < 1 || samples > samplesMax) {
    const text = `--samples is ${values.samples}, expected a whole number from 1 to ${samplesMax}`
    throw new ArchiveError('invalid', text)
  }
  const requests = { put: samples, get: 3 * samples, list: samples, delete: 0 }
  console.error(`${samples} of each request, about $${requestDollars(requests).toPrecision(2)}`)
  const store = await openStore(url, { clock: systemClock, random: systemRandom })
  const source = `npm run probe, ${samples} of each, ${store.url}, ${new Date().toISOString()}`
  const millis = () => performance.now()
  const file = await measureLatency(store, { random: systemRandom, millis, samples, source })
  console.log(JSON.stringify(file, undefined, 2))
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof ArchiveError)) throw error
  console.error(`probe: ${error.message}`)
  process.exitCode = 2
}
