import { test } from 'node:test'
import { systemClock } from '../../lib/core/clock.ts'
import { systemRandom } from '../../lib/core/random.ts'
import { openStore } from '../../lib/store/open-store.ts'
import { probeStore } from '../../lib/store/probe-store.ts'
import { conformance, type OpenedStore } from './conformance.ts'
import { findMoto, startMoto } from './moto.ts'

const outside = { clock: systemClock, random: systemRandom }
const given = process.env.VARVE_TEST_STORE
const moto = findMoto()

/** Every run under a prefix of its own: a real S3 bucket may hold what other runs left. */
async function openGiven(url: string): Promise<OpenedStore> {
  const [place, options] = url.split('?')
  const run = Buffer.from(systemRandom.bytes(6)).toString('hex')
  const query = options ? `?${options}` : ''
  const store = await openStore(`${place?.replace(/\/$/, '')}/test-${run}${query}`, outside)
  await probeStore(store, systemRandom)
  return { store, close: () => clearAway(store) }
}

async function openMoto(command: string): Promise<OpenedStore> {
  process.env.AWS_ACCESS_KEY_ID = 'test'
  process.env.AWS_SECRET_ACCESS_KEY = 'test'
  const { endpoint, stop } = await startMoto(command, 'varve-test')
  const store = await openStore(`s3://varve-test/some/prefix?endpoint=${endpoint}`, outside)
  await probeStore(store, systemRandom)
  return { store, close: stop }
}

async function clearAway(store: OpenedStore['store']): Promise<void> {
  for (;;) {
    const page = await store.list('')
    await store.delete(page.objects.map(object => object.key))
    if (!page.more) return
  }
}

if (given) conformance(given, () => openGiven(given), 3)
else if (moto) conformance('S3 (moto)', () => openMoto(moto), 3)
else {
  const reason = 'no S3: put moto_server on PATH, or set MOTO_SERVER or VARVE_TEST_STORE=s3://…'
  console.log(`S3 conformance skipped: ${reason}`)
  test('an S3 store keeps the promises of a store', { skip: reason }, () => undefined)
}
